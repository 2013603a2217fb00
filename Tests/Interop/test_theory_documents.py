"""Numbers on the theory in results/README.md against the committed tables that they come from."""

import math

import pytest
from documents import extremes, holds, is_rounded, one, rows, said

RESULTS = "results/README.md"


def table(study, name, **wanted):
    return rows(f"results/{study}/tables/{name}.csv", **wanted)


@pytest.mark.parametrize("when, epoch", [("random initialisation", "0"), ("after 10 epochs", "10")])
def test_figure_1(when, epoch):
    number = r"([\d.]+)"
    found = said(RESULTS, rf"\| {when} \| " + r" \| ".join([f"{number} to {number}"] * 4) + r" \|")
    values = []
    for basis in ("parameters", "eigenbasis"):
        lines = table("figure1", "noise", epoch=epoch, basis=basis)
        assert len(lines) == 9
        for column in ("scaled_slope", "pearson"):
            values += extremes(float(row[column]) for row in lines)
    holds(found, values)


@pytest.mark.parametrize("name", ["Adai", "Momentum", "Adam"])
def test_figure_7(name):
    cell = r"([\d.]+) \(([\d.]+) to ([\d.]+)\)"
    found = said(RESULTS, rf"\| {name} \| {cell} \| {cell} \| {cell} \|")
    lines = [one("results/figure7/tables/spectra.csv", label=name.lower(), rank=rank) for rank in ("1", "10", "20")]
    holds(found, [float(row[column]) for row in lines for column in ("mean", "lower", "upper")])
    assert {row["n"] for row in lines} == {"8"}


def test_figure_7_has_the_order_that_is_said():
    said(RESULTS, "here Momentum's are, and at none of the twenty ranks do two of the three intervals overlap")
    for rank in range(1, 21):
        found = {row["label"]: row for row in table("figure7", "spectra", rank=str(rank))}
        assert float(found["momentum"]["upper"]) < float(found["adai"]["lower"])
        assert float(found["adai"]["upper"]) < float(found["adam"]["lower"])
    against = {row["than"]: row for row in table("figure7", "claims", of="adai")}
    holds(said(RESULTS, r"that Adai's is the smallest is contradicted \(p = ([\d.]+) after"), [float(against["momentum"]["p_holm"])])
    assert {row["claim_verdict"] for row in against.values()} == {"contradicted"}
    assert [against[name]["verdict"] for name in ("momentum", "adam")] == ["contradicted", "supported"]
    # With eight seeds no smaller p-value is possible: every seed has the sign of the mean.
    assert float(against["momentum"]["p"]) == 2 / 2**8


@pytest.mark.parametrize("name", ["Adai", "Momentum", "SGD", "Adam"])
def test_figure_6(name):
    study, scale = ("figure6-adam", "1/√k") if name == "Adam" else ("figure6", "1/k")
    inverse, root = (one(f"results/{study}/tables/fits.csv", label=name.lower(), scale=scale)
                     for scale in ("1/k", "1/sqrt(k)"))
    law = root if name == "Adam" else inverse
    found = said(RESULTS, rf"\| {name} \| ([\d.]+) \| ([\d.]+) \| ([−\d.]+) \| ([\d.]+) ± ([\d.]+) in {scale} \| "
                          r"([\d.]+) to ([\d.]+) \|")
    holds(found, [float(inverse["pearson"]), float(root["pearson"]),
                  float(inverse["log_likelihood"]) - float(root["log_likelihood"]), float(law["slope"]),
                  float(law["slope_error"]), float(law["theory_s1"]), float(law["theory_s0"])])
    escapes = table(study, "escapes", label=name.lower())
    assert len({row["sharpness"] for row in escapes}) == 20 and {row["escaped"] for row in escapes} == {"400"}
    allowed = float(law["theory_s1"]) < float(law["slope"]) < float(law["theory_s0"])
    assert allowed == (name != "Adam")


def test_figure_6_is_no_exact_line():
    fit = one("results/figure6/tables/fits.csv", label="adai", scale="1/k")
    holds(said(RESULTS, r"the deviance of the fit in 1/k is ([\d.]+) with (\d+) degrees"),
          [float(fit["deviance"]), float(fit["degrees_of_freedom"])])


def test_figure_6_has_the_verdicts_that_are_said():
    def claim(study, **wanted):
        return one(f"results/{study}/tables/claims.csv", **wanted)

    number = r"([\d.e-]+)"
    found = said(RESULTS, rf"is supported for Momentum \(p = {number}\) and undecided for Adai \(p = {number}\); that it is "
                          rf"more nearly linear in 1/√k than in 1/k is supported for Adam \(p = {number}\); that the "
                          rf"correlation is at least 0.99 is supported for Adai \(p = {number}\) and Momentum \(p = {number}\) "
                          rf"with 1/k and for Adam \(p = {number}\) with 1/√k\.")
    lines = [claim("figure6", claim="log_time_more_linear", of="momentum"),
             claim("figure6", claim="log_time_more_linear", of="adai"),
             claim("figure6-adam", claim="log_time_more_linear", of="adam"),
             claim("figure6", claim="pearson", of="adai"), claim("figure6", claim="pearson", of="momentum"),
             claim("figure6-adam", claim="pearson", of="adam")]
    assert found == tuple(f"{float(row['p_holm']):.2g}".replace("e-0", "e-") for row in lines)
    verdicts = ["supported", "undecided"] + ["supported"] * 4
    assert [row["verdict"] for row in lines] == [row["claim_verdict"] for row in lines] == verdicts
    for study, claims in (("figure6", 4), ("figure6-adam", 2)):
        assert len(table(study, "claims")) == claims
        for row in table(study, "claims"):
            fit = one(f"results/{study}/tables/fits.csv", label=row["of"], scale=row["in"])
            assert row["correlation"] == fit["pearson"]


def fits_of_minima(name):
    """The fits in 1/k and in 1/√k of each of the network's minima, by seed."""
    lines = table("figure6-network", "fits", label=name.lower())
    return [tuple(next(line for line in lines if line["seed"] == seed and line["scale"] == scale) for scale in ("1/k", "1/sqrt(k)"))
            for seed in sorted({line["seed"] for line in lines})]


@pytest.mark.parametrize("name", ["SGD", "Momentum", "Adai", "Adam"])
def test_figure_6_of_a_network(name):
    fits = fits_of_minima(name)
    number, count = r"([−\d.]+)", r"(\d+)"
    found = said(RESULTS, rf"\| {name} \| {number} to {number} \| {count} \| {count} \| {number} \| {number} to {number} "
                          rf"\| {number} to {number} \|")
    gains = [float(inverse["log_likelihood"]) - float(root["log_likelihood"]) for inverse, root in fits]
    of = {key: [float(inverse[key]) for inverse, _ in fits] for key in ("pearson", "slope", "deviance")}
    holds(found, [min(of["pearson"]), max(of["pearson"]), sum(one > 0.99 for one in of["pearson"]), sum(gain > 0 for gain in gains),
                  sum(gains), min(of["slope"]), max(of["slope"]), min(of["deviance"]), max(of["deviance"])])
    assert len(fits) == 10 and {inverse["degrees_of_freedom"] for inverse, _ in fits} == {"7"}
    assert (sum(gains) > 0) == (name != "Adam")


def test_escapes_of_a_network():
    escapes = table("figure6-network", "escapes")
    left = sum(int(row["censored"]) for row in escapes)
    replicas = sum(int(row[key]) for row in escapes for key in ("escaped", "censored", "diverged"))
    found = said(RESULTS, r"above the minimum's; all but (\d+) of ([\d,]+) did")
    assert found == (f"{left}", f"{replicas:,}")


def test_shortest_escape_of_a_network():
    times = [float(row["mean_time"]) for row in table("figure6-network", "escapes")]
    holds(said(RESULTS, r"shortest mean time is ([\d.]+) steps"), [min(times)])


def test_theorem_3():
    escapes = table("theorem3", "escapes", sharpness="2")
    at_ratio = {label: [float(row["dynamical_time"]) for row in escapes if row["label"] == label
                        and math.isclose(float(row["learning_rate"]) / float(row["batch"]), 0.035, rel_tol=1e-4)]
                for label in ("sgd", "momentum", "adai")}
    number = r"([\d.]+)"
    holds(said(RESULTS, rf"ητ goes from {number} to {number} and {number} with SGD as η falls from 0.04 to 0.02 and 0.01; "
                        rf"from {number} to {number} and {number} with Momentum; from {number} to {number} and {number} "
                        r"with Adai \(each within 11 %\)"),
          at_ratio["sgd"] + at_ratio["momentum"] + at_ratio["adai"])
    assert all(float(row["mean_time"]) * 0.89 < float(row["lower"]) and float(row["upper"]) < 1.11 * float(row["mean_time"])
               for row in escapes)
    grown = []
    for label in ("sgd", "momentum", "adai"):
        slow = [float(row["dynamical_time"]) for row in escapes
                if row["label"] == label and row["settings"] == "learning_rate 0.01"]
        grown.append(math.log(slow[0] / slow[-1]))
    holds(said(RESULTS, rf"log ητ grows by {number}, {number} and {number} as"), grown)
    fits = [row for row in table("theorem3", "fits", label="adai", scale="1/k") if row["settings"] == "learning_rate 0.01"]
    # The slope in 1/k, at k = 2.
    holds(said(RESULTS, rf"Theorem 3 says {number} to {number}\."),
          [(float(fits[0][key]) - float(fits[-1][key])) / 2 for key in ("theory_s1", "theory_s0")])


def test_local_noise():
    holds(said(RESULTS, r"ητ of SGD is ([\d.]+), ([\d.]+) and ([\d.]+) as η falls"),
          [float(row["dynamical_time"]) for row in table("figure6-local", "escapes")])


def saddle(study, **wanted):
    return table(study, "saddle", **wanted)


def largest_distance(study):
    """The largest distance from the exact solution in standard errors, and how many displacements there are."""
    places = {tuple(row[key] for key in ("label", "settings", "batch", "time", "curvature")): abs(float(row["distance"]))
              for row in saddle(study)}
    return max(places.values()), len(places)


def ratios(study, law, **wanted):
    return extremes(float(row["ratio"]) for row in saddle(study, **wanted) if row["law"] == law)


def test_theorem_1():
    number = r"([\d.]+)"
    laws = sorted({row["law"] for row in saddle("theorem1")})
    distance, count = largest_distance("theorem1")
    exponential, leading = laws if "leading" in laws[1] else laws[::-1]
    holds(said(RESULTS, rf"all (\d+) displacements lie within {number} standard errors of the exact solution. Theorem 1"),
          [count, distance])
    rate = {key: {row["settings"] for row in saddle("theorem1") if key in row["settings"]} for key in ("0.01", "0.1")}
    slow, fast = rate["0.01"].pop(), rate["0.1"].pop()
    holds(said(RESULTS, rf"exponential form is {number} to {number} of it at η = 0.01, and {number} to {number} of it at "
                        "η = 0.1"),
          ratios("theorem1", exponential, settings=slow) + ratios("theorem1", exponential, settings=fast))
    holds(said(RESULTS, rf"at η = 0.01 it is {number} to {number} of the exact value at T = 10, and {number} to {number} "
                        "at T = 300"),
          ratios("theorem1", leading, settings=slow, time="10") + ratios("theorem1", leading, settings=slow, time="300"))


def test_theorem_2():
    number = r"([\d.]+)"
    distance, count = largest_distance("theorem2")
    holds(said(RESULTS, rf"all (\d+) displacements lie within {number} standard errors of the exact solution; Theorem 2"),
          [count, distance])
    law = "theorem 2"
    holds(said(RESULTS, rf"It is {number} times that at T = 1, {number} to {number} times at T = 3 and {number} "
                        rf"to {number} times at T = 10"),
          [bound for time in ("1", "3", "10") for bound in sorted(set(ratios("theorem2", law, time=time)))])
    label = next(row["label"] for row in saddle("theorem2") if "damped" in row["label"])
    settings = next(row["settings"] for row in saddle("theorem2", label=label) if "0.01" in row["settings"])
    found = said(RESULTS, rf"it is {number} to {number} times the exact value at T = 30, {number} to {number} times at T = "
                          rf"100, and {number} to {number} times at T = 300")
    holds(found, [bound for time in ("30", "100", "300")
                  for bound in ratios("theorem2", law, label=label, settings=settings, time=time)])


def test_proposition_1():
    number = r"([\d.]+)"

    def spread(batch, time):
        small, large = extremes(float(row["mean_square"]) for row in saddle("proposition1", batch=batch, time=time))
        return large / small

    holds(said(RESULTS, rf"is {number} times the smallest with B = 4 and {number} times with B = 64"),
          [spread("4", "10"), spread("64", "10")])
    holds(said(RESULTS, rf"at T = 300 it is {number} and {number} times\."), [spread("4", "300"), spread("64", "300")])

    def beside(time):
        return extremes(float(row["predicted"]) / float(row["mean_square"]) for row in saddle("proposition1", time=time))

    holds(said(RESULTS, rf"The proposition is {number} to {number} times what is measured at T = 1, and {number} to {number} "
                        "times at T = 300"), beside("1") + beside("300"))


def test_proposition_3():
    found = said(RESULTS, r"is ([\d.]+) \(H = ([−\d.]+)\) to ([\d.]+) \(H = ([−\d.]+)\) of the proposition's drift at T = 100, "
                          r"and ([\d.]+) \(H = ([−\d.]+)\) to ([\d.]+) \(H = ([−\d.]+)\) of it at T = 1000")
    for numbers, time in ((found[:4], "100"), (found[4:], "1000")):
        shares = {row["curvature"].replace("-", "−"): float(row["drift"]) / float(row["proposition_3"])
                  for row in saddle("proposition3", settings="learning_rate 1e-3", time=time)}
        assert is_rounded(numbers[0], shares[numbers[1]]) and is_rounded(numbers[2], shares[numbers[3]])
        assert [shares[numbers[1]], shares[numbers[3]]] == extremes(shares.values())


def test_a_saddle_of_a_network():
    number = r"([\d.]+)"
    found = saddle("saddle-network")
    holds(said(RESULTS, rf"gradient noise along them is {number} to {number} of \|H\|/B"),
          extremes(float(row["noise"]) * float(row["batch"]) / abs(float(row["curvature"])) for row in found))
    known = {(row["label"], row["time"], row["curvature"]): abs(float(row["distance"])) for row in found if row["distance"]}
    assert {label for label, _, _ in known} == {"sgd", "momentum"}
    assert {row["is_exact"] for row in found if row["distance"]} == {"linearised"}
    holds(said(RESULTS, rf"all (\d+) displacements of SGD and Momentum lie within {number} standard errors of the exact"),
          [len(known), max(known.values())])

    def spread(label, time):
        small, large = extremes(float(row["mean_square"]) for row in saddle("saddle-network", label=label, time=time))
        return large / small

    names = ("sgd", "momentum", "adai", "adam")
    holds(said(RESULTS, rf"of the eight is {number} times the smallest with SGD, {number} times with Momentum, {number} times "
                        rf"with Adai and {number} times with Adam; at T = 300 it is {number}, {number}, {number} and {number} times"),
          [spread(name, time) for time in ("10", "300") for name in names])
    adam = saddle("saddle-network", label="adam", time="300")
    holds(said(RESULTS, rf"Proposition 1 is {number} to {number} times what is measured of Adam at T = 300"),
          extremes(float(row["predicted"]) / float(row["mean_square"]) for row in adam))
    holds(said(RESULTS, rf"with curvatures of ([−\d.]+) to {number}\."), extremes(float(row["curvature"]) for row in found))


def test_theorem_4():
    number = r"([\d.]+)"

    def lines(label):
        return table("theorem4", "convergence", label=label)

    def excess(label):
        return [float(row["bound"]) / float(row["minimum"]) for row in lines(label)]

    assert all(value > 1 for label in ("adai", "adai-short") for value in excess(label))
    holds(said(RESULTS, rf"it lies {number} to {number} decades above"),
          [math.log10(value) for value in extremes(excess("adai"))])
    by_length = {row["horizon"]: float(row["bound"]) / float(row["minimum"]) for row in lines("adai-short")}
    holds(said(RESULTS, rf"it is {number} \(T = 100\) to {number} times \(T = 10\)"), [by_length["100"], by_length["10"]])
    assert extremes(by_length.values()) == [by_length["100"], by_length["10"]]
    late = [bound for label in ("adai", "adai-short", "sgd") for bound in extremes(
        float(row["minimum_by_root"]) for row in lines(label) if int(row["horizon"]) >= 300)]
    holds(said(RESULTS, rf"is {number} to {number} for Adai, {number} to {number} with ε = 0.5 and {number} to {number} for "
                        "SGD"), late)
