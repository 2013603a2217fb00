"""What README.md and results/README.md say of how results were made, against the study files."""

import math

import pytest
import yaml
from documents import ROOT, extremes, holds, one, rows, said
from test_documents import RELATIVES

RESULTS = "results/README.md"
WORDS = {"three": 3, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twenty": 20}
# What the paper says, from the places named; the paper's own numbers that are in a file are read from it.
PAPER = {"images": 50_000, "epochs": 200, "batch": 128}


def study(name, folder="cpu"):
    return yaml.safe_load((ROOT / f"studies/{folder}/{name}.yaml").read_text())


def steps(study):
    return study["training"]["epochs"] * math.ceil(study["dataset"]["train"] / study["training"]["batch"])


def number(text):
    return WORDS.get(text) or float(text.replace(",", "").replace("−", "-"))


def says(pattern, *values):
    """Whether a sentence of results/README.md has these numbers, in its groups."""
    found = [number(group) for group in said(RESULTS, pattern)]
    assert found == list(values), f"it says {found}, and they are {list(values)}"


def names_of_optimizers(study):
    return {entry.get("label", entry["name"]): entry for entry in study["optimizers"]}


def test_table_2():
    lenet, resnet8 = study("table2-lenet"), study("table2-resnet8")
    says(r"mean ± standard deviation over (\d) seeds \(`table2", len(lenet["seeds"]))
    assert len(resnet8["seeds"]) == len(lenet["seeds"])
    says(r"the paper's is ResNet18 on CIFAR-10 over (\d) ", int(one(
        "results/published/adai-table2.csv", network="ResNet18", label="Adai")["n"]))
    says(r"optimizer \| LeNet, (\d+) steps \| ResNet-8, (\d+) steps \| paper", steps(lenet), steps(resnet8))
    paper = PAPER["epochs"] * math.ceil(PAPER["images"] / PAPER["batch"])
    says(r"take (\d+) and (\d+) steps where the paper's take ([\d,]+),", steps(resnet8), steps(lenet), paper)
    full = study("table2-resnet18", "paper")
    assert (full["training"]["epochs"], full["training"]["batch"]) == (PAPER["epochs"], PAPER["batch"])
    says(r"At the paper's rate of ([\d.]+), Adai diverged", full_rate(full, "adai"))
    chosen = {one("results/table2-lenet/tables/variance.csv", label=label, metric="best_test_error", seeds_from="grid")[
        "learning_rate"] for label in ("adai", "adaiw")}
    says(r"their numbers there are at ([\d.]+), chosen", *map(float, chosen))


def full_rate(study, label):
    rate = names_of_optimizers(study)[label]["learning_rate"]
    return float(rate)


def test_narrow_relatives():
    all_of_them = [study(f"table2-{name}") for name in RELATIVES.values()]
    says(r"standard deviation over (\d) seeds, of relatives", *{len(each["seeds"]) for each in all_of_them})
    says(r"; ([\d,]+) to ([\d,]+) steps on ([\d,]+) to ([\d,]+) images of Fashion-MNIST, at the paper's",
         min(map(steps, all_of_them)), max(map(steps, all_of_them)),
         min(each["dataset"]["train"] for each in all_of_them), max(each["dataset"]["train"] for each in all_of_them))
    widths = {"ResNet18": 64, "VGG16": 64, "ResNet34": 64, "DenseNet121": 32, "GoogLeNet": 192}
    pattern = r"\| optimizer " + "".join(rf"\| {name}, (\d+) of (\d+) " for name in RELATIVES)
    says(pattern, *(width for name in RELATIVES for width in (study(f"table2-{RELATIVES[name]}")["network"]["width"],
                                                             widths[name])))
    paper = PAPER["epochs"] * math.ceil(PAPER["images"] / PAPER["batch"])
    says(r"chosen for batches of (\d+) and ([\d,]+) steps, and these runs have batches of (\d+) and at most (\d+) steps",
         PAPER["batch"], paper, *{each["training"]["batch"] for each in all_of_them}, max(map(steps, all_of_them)))


def test_figure_5():
    figure = study("figure5")
    says(r"has (\d+) channels for (\d+), (\d+) steps on (\d+) images", figure["network"]["width"], 64, steps(figure),
         figure["dataset"]["train"])
    grids = [(len({row["learning_rate"] for row in lines}), len({row["weight_decay"] for row in lines}))
             for lines in (rows("results/figure5/tables/heatmap.csv", label=label) for label in names_of_optimizers(figure))]
    assert set(grids) == {(6, 6)}
    said(RESULTS, "Final test error over six learning rates and six weight decays, three seeds each")
    assert (len(figure["seeds"]), len(figure["confirm"]["seeds"])) == (3, 8)
    says(r"Choosing the best of (\d+) points on three seeds", 6 * 6)
    margin = next(claim["within"] for claim in figure["claims"] if claim["claim"] == "larger_area")
    says(r"area within (\d) points of the best epoch's error", 100 * margin)


def test_figure_1():
    figure = study("figure1")
    noise = figure["measure"]["noise"]
    says(r"over pairs of (\d+) random parameters and along the (\d+) top eigenvectors of H", noise["parameters"], noise["top"])
    says(r"over three seeds and B = (\d+), (\d+), (\d+) \(`figure1", *noise["batches"])
    assert len(figure["seeds"]) == 3 and figure["training"]["epochs"] == 10
    found = said(RESULTS, r"The paper has slopes of C × B of ([\d.]+) to ([\d.]+) and correlations of ([\d.]+) at random "
                          r"initialisation, ([\d.]+) to ([\d.]+) and ([\d.]+) to ([\d.]+) after training")
    random, trained = (rows("results/published/adai-figure1.csv", weights=weights) for weights in ("random", "trained"))
    low, high = ranges(random, "pearson")
    assert f"{low:.2f}" == f"{high:.2f}"
    holds(found, [*ranges(random, "scaled_slope"), low, *ranges(trained, "scaled_slope", "pearson")])


PARTS = {"40 random parameters of all layers": "parameters of all", "40 of the first layer": "parameters of fc1",
         "40 of the second": "parameters of fc2", "40 of the third": "parameters of fc3",
         r"along the 20 top eigenvectors of H": "eigenvectors"}


def ranges(lines, *columns):
    return [bound for column in columns for bound in extremes(float(row[column]) for row in lines)]


@pytest.mark.parametrize("words", PARTS)
def test_gauss_newton_at_initialisation(words):
    lines = rows("results/figure1/gauss-newton.csv", weights="initial", along=PARTS[words])
    assert len(lines) == 3
    values = ranges(lines, "pearson_CH", "pearson_CG", "pearson_GH")
    cell = r"([\d.]+) to ([\d.]+)"
    if values[4:] == [1, 1]:
        found = said(RESULTS, rf"\| {words} \| {cell} \| {cell} \| ([\d.]+) \|")
        values = values[:5]
    else:
        found = said(RESULTS, rf"\| {words} \| {cell} \| {cell} \| {cell} \|")
    holds(found, values)


def test_gauss_newton_in_words():
    said(RESULTS, "ranges over the three seeds, C exactly, B = 1 ")
    cell = r"([\d.]+) to ([\d.]+)"
    initial = rows("results/figure1/gauss-newton.csv", weights="initial", along="eigenvectors")
    found = said(RESULTS, rf"The 20 top eigenvalues of H sum to {cell} there; along the same vectors G has only {cell} and C "
                          rf"{cell}\. ")
    holds(found, ranges(initial, "sum_H", "sum_G", "sum_C"))
    trained = rows("results/figure1/gauss-newton.csv", weights="trained", along="parameters of all")
    found = said(RESULTS, rf"G with H has {cell} over all layers, and C with either {cell}\. ")
    with_either = ranges(trained, "pearson_CH", "pearson_CG")
    holds(found, ranges(trained, "pearson_GH") + extremes(with_either))


def test_figure_7():
    figure = study("figure7")
    says(r"Of the Hessian on (\d+) training images after five epochs of LeNet on Fashion-MNIST, means over eight seeds with "
         r"Student's (\d+) %", figure["measure"]["hessian"]["samples"], 95)
    assert figure["training"]["epochs"] == 5 and len(figure["seeds"]) == 8
    says(r"Adai ran at a rate of ([\d.]+) for ([\d.]+), at which", names_of_optimizers(figure)["adai"]["learning_rate"],
         full_rate(study("table2-resnet18", "paper"), "adai"))
    assert figure["measure"]["hessian"]["top"] == 20
    said(RESULTS, r"\| optimizer \| 1st \| 10th \| 20th \|")


def test_figure_6():
    figure, adam = study("figure6"), study("figure6-adam")
    says(r"Mean escape times of (\d+) replicas at each of (\w+) sharpnesses", figure["escape"]["replicas"],
         len(figure["escape"]["sharpness"]))
    assert adam["escape"]["replicas"] == figure["escape"]["replicas"]
    said(RESULTS, r"\| slope \| the theory's, s = 1 to 0 \|")
    fit = {row["scale"]: float(row["log_likelihood"]) for row in rows("results/figure6/tables/fits.csv", label="adai")}
    assert said(RESULTS, r"With Adai the ratio of ([\d.]+) is less") == (f"{fit['1/k'] - fit['1/sqrt(k)']:.1f}",)


def test_figure_6_of_a_network():
    figure = study("figure6-network")
    escape = figure["escape"]
    inputs, hidden = (28 // escape["pool"]) ** 2, escape["hidden"]
    says(r": (\d+) parameters, (\d+) images of Fashion-MNIST, a minimum from each of (\w+) initial weights, mini-batches of (\d+), "
         r"(\w+) sharpnesses from ([\d.]+) to ([\d.]+)\. A replica has escaped when the loss over all images is ([\d.]+) above the "
         r"minimum's;",
         hidden * (inputs + 1) + 10 * (hidden + 1), figure["dataset"]["train"], len(figure["seeds"]), escape["batch"],
         len(escape["sharpness"]), min(escape["sharpness"]), max(escape["sharpness"]), escape["threshold"])
    says(r"The same of (\w+) minima of a network", len(figure["seeds"]))
    says(r"\| from (\w+) minima of a network \|", len(figure["seeds"]))
    says(r"all (\w+) \| slope in 1/k \| deviance, 7 degrees of freedom \|", len(figure["seeds"]))
    said(RESULTS, r"\| above 0\.99 at \|")
    said(RESULTS, r"is above 0\.99 at every minimum, but its")
    said(RESULTS, r"above 0\.99 at one minimum only, and all ten together are")
    says(r"The loss is looked at every (\d+) steps", escape["every"])


def test_theorem_3():
    escape = study("theorem3")["escape"]
    says(r"a double well: at η/B = ([\d.]+) and k = (\d),", min(escape["rate_per_batch"]), min(escape["sharpness"]))
    says(r"At η = ([\d.]+), log ητ grows by", min(study("theorem3")["optimizers"][0]["learning_rate"]))
    found = said(RESULTS, r"as B/η goes from ([\d.]+) to ([\d.]+);")
    assert found == tuple(f"{1 / rate:.1f}" for rate in (max(escape["rate_per_batch"]), min(escape["rate_per_batch"])))


def test_local_noise():
    says(r"as η falls from ([\d.]+) to ([\d.]+) and ([\d.]+) at one η/B",
         *sorted(study("figure6-local")["optimizers"][0]["learning_rate"], reverse=True))


def test_a_saddle_of_a_network():
    passing = study("saddle-network")
    saddle = passing["saddle"]
    inputs, hidden = (28 // saddle["pool"]) ** 2, saddle["hidden"]
    says(r"a pass beside its minimum \(`[^`]*`\): (\d+) parameters, (\d+) images of Fashion-MNIST, mini-batches of (\d+), ([\d,]+) "
         r"replicas, (\w+) eigenvectors of the Hessian",
         hidden * (inputs + 1) + 10 * (hidden + 1), passing["dataset"]["train"], saddle["batch"], saddle["replicas"],
         len(saddle["directions"]))
    said(RESULTS, "At T = 10 the largest displacement of the eight is")
    assert 10 in saddle["times"]


SADDLES = ["theorem1", "theorem2", "proposition1", "proposition3"]


def test_saddles():
    saddles = {name: study(name)["saddle"] for name in SADDLES}
    sizes = sorted({abs(value) for saddle in saddles.values() for value in saddle["curvatures"]})
    replicas = {saddle["replicas"] for saddle in saddles.values()}
    says(r"([\d,]+) replicas, curvatures of ±([\d.]+) to ±([\d.]+); T steps", *replicas, sizes[0], sizes[-1])
    says(r"\(SGD, B = (\d+)\): all", *saddles["theorem1"]["batch"])
    momentum = names_of_optimizers(study("theorem2"))
    says(r"\(Momentum, β₁ = ([\d.]+), from", *{entry["momentum"] for entry in momentum.values()})
    damped = next(entry for entry in momentum.values() if entry.get("dampening"))
    found = said(RESULTS, r"With β₃ = ([\d.]+) and η = ([\d.]+) it is")
    assert math.isclose(float(found[0]), 1 - damped["dampening"]) and float(found[1]) in rates(damped)
    for name, place in (("proposition1", "Adam"), ("proposition3", "Adai")):
        (entry,) = study(name)["optimizers"]
        found = said(RESULTS, rf"\({place}, η = ([\d.]+)[,)]")
        assert float(found[0]) in rates(entry)
    said(RESULTS, "at T = 10 the largest displacement of the eight directions")
    assert 10 in saddles["proposition1"]["times"] and len(saddles["proposition1"]["curvatures"]) == 8


def rates(entry):
    rate = entry["learning_rate"]
    return [float(each) for each in (rate if isinstance(rate, list) else [rate])]


def test_theorem_4():
    figure = study("theorem4")
    epsilon = {label: entry.get("epsilon", 0.001) for label, entry in names_of_optimizers(figure).items()}
    says(r"With Adai's own ε of ([\d.]+) it lies", epsilon["adai"])
    says(r"what is measured; with ε = ([\d.]+) it is", epsilon["adai-short"])
    for label in epsilon:
        least = {int(row["horizon"]): float(row["minimum"]) for row in rows("results/theorem4/tables/convergence.csv", label=label)}
        # The first horizon's is that of the start, where all replicas are at one place.
        assert all((value == least[10]) == (horizon <= 100) for horizon, value in least.items())
    said(RESULTS, "Up to T = 100 the least gradient is that of the start")
    says(r"From (\d+) to ([\d,]+) steps min", 300, max(figure["convergence"]["horizons"]))


def test_the_quick_study():
    quick = yaml.safe_load((ROOT / "studies/quick.yaml").read_text())
    assert quick["training"]["epochs"] == 4 and len(quick["seeds"]) == 3
    said("README.md", "trained for four epochs, a LeNet does best with Adam")
    assert [number(group) for group in said("README.md", r"for deep networks trained for (\d+) epochs")] == [PAPER["epochs"]]


def test_the_readme_counts_what_there_is():
    assert len(list((ROOT / "studies").glob("tiny*.yaml"))) == 8
    said("README.md", "the digests of eight tiny studies against committed ones")
    # One file for each.
    assert len(list((ROOT / "Sources/Optimizers/Rules").glob("*.swift"))) == 14
    said("README.md", "six datasets and your own, fourteen optimizers")
