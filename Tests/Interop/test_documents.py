"""Numbers in README.md and results/README.md against the committed tables that they come from."""

import pytest
from documents import one, rows, said

LABELS = {"AdaiW": "adaiw", "Adai": "adai", "AdaBelief": "adabelief", "Momentum": "momentum", "AdamW": "adamw",
          "Padam": "padam", "AdaBound": "adabound", "Yogi": "yogi", "RAdam": "radam", "AMSGrad": "amsgrad",
          "Adam": "adam"}
RESULTS = "results/README.md"


def percent(value):
    return f"{100 * float(value):.2f}"


def spread(mean, deviation, scale=100):
    return f"{scale * float(mean):.2f} ± {scale * float(deviation):.2f}"


def row_of(name, count):
    """The row of a table: a name and so many means with deviations."""
    cell = r" ([\d.]+ ± [\d.]+) \|"
    return rf"\| {name} \|" + count * cell + r"(?! [\d.]+ ±)"


def test_the_readme_compares_adam_and_adai_as_the_table_does():
    row = one("results/quick/tables/comparisons.csv", metric="final_test_error", seeds_from="grid",
              first="adai", second="adam")
    assert said("README.md", r"does best with Adam, by ([\d.]+) percentage points against Adai") == (
        percent(row["difference"]),)
    assert said("README.md", r"\(95 % interval ([−\d.]+) to ([−\d.]+):") == tuple(
        percent(row[key]).replace("-", "−") for key in ("difference_lower", "difference_upper"))
    means = {row["label"]: float(row["mean"]) for row in rows(
        "results/quick/tables/variance.csv", metric="final_test_error", seeds_from="grid")}
    assert min(means, key=means.get) == "adam"


def test_the_readme_has_the_areas_of_the_table():
    areas = {row["label"]: row for row in rows("results/quick/tables/robustness.csv")}
    assert said("README.md", r"at least ([\d.]+) factors of ten") == (f"{float(areas['adam']['area']):.2f}",)
    assert areas["adam"]["area_is_lower_bound"] == "1"
    assert all(float(row["area"]) == 0 for label, row in areas.items() if label != "adam")
    assert {row["margin"] for row in areas.values()} == {"0.005"}


def test_the_example_names_a_record_of_the_smoke_study_in_one_way():
    assert said("docs/reading-results.md", r'path = "results/cells/(\w\w)/\w{16}\.h5"') == (
        said("docs/reading-results.md", r'path = "results/cells/\w\w/(\w\w)\w{14}\.h5"'))


@pytest.mark.parametrize("name", LABELS)
def test_the_results_readme_has_the_numbers_of_the_tables(name):
    cells = said(RESULTS, row_of(name, 3))
    wanted = []
    for study in ("table2-lenet", "table2-resnet8"):
        row = one(f"results/{study}/tables/variance.csv", metric="best_test_error", seeds_from="grid",
                  label=LABELS[name])
        assert row["completed"] == row["seeds"] == "5"
        wanted.append(spread(row["mean"], row["standard_deviation"]))
    paper = one("results/published/adai-table2.csv", network="ResNet18",
                label="SGD M" if name == "Momentum" else name)
    assert list(cells) == wanted + [spread(paper["mean"], paper["deviation"], 1)]


def test_the_results_readme_counts_divergences_and_what_seeds_can_reach():
    for label, count in zip(("adai", "adaiw"), said(
            "results/README.md", r"Adai diverged on LeNet for (\d) of 5 seeds and AdaiW for (\d)")):
        found = rows("results/table2-lenet/tables/cells.csv", label=label, learning_rate="1",
                     outcome="diverged")
        assert len(found) == int(count)
    comparisons = rows("results/table2-lenet/tables/comparisons.csv", metric="best_test_error")
    count, p = said("results/README.md", r"cannot separate (\d+) pairs: sign flips reach p = ([\d.]+)")
    assert len(comparisons) == int(count)
    assert {float(row["smallest_sign_flip_p"]) for row in comparisons} == {float(p)}


def test_places_in_words_are_those_of_the_published_tables():
    lenet = {row["label"]: int(row["rank"]) for row in rows("results/table2-lenet/tables/published.csv")}
    resnet = {row["label"]: int(row["rank"]) for row in rows("results/table2-resnet8/tables/published.csv")}
    said("results/README.md", "on LeNet AdaiW is first, and Momentum, Adai, Padam and AdaBelief come before Adam, "
         "AMSGrad, AdaBound and Yogi")
    assert lenet["adaiw"] == 1
    assert max(lenet[name] for name in ("momentum", "adai", "padam", "adabelief")) < min(
        lenet[name] for name in ("adam", "amsgrad", "adabound", "yogi"))
    said("results/README.md", "on ResNet-8 AdaBelief and Momentum are first, and AdaiW and Adai come after Adam. On "
         "LeNet Adai comes after Momentum, and AdamW after Adam. RAdam is last on both.")
    assert {resnet["adabelief"], resnet["momentum"]} == {1, 2}
    assert min(resnet["adaiw"], resnet["adai"]) > resnet["adam"]
    assert lenet["adai"] > lenet["momentum"] and lenet["adamw"] > lenet["adam"]
    assert lenet["radam"] == resnet["radam"] == 11


RELATIVES = {"ResNet18": "resnet18", "VGG16": "vgg16", "ResNet34": "resnet34", "DenseNet121": "densenet121",
             "GoogLeNet": "googlenet"}


@pytest.mark.parametrize("name", LABELS)
def test_the_narrow_relatives_have_the_numbers_of_the_tables(name):
    # The table's columns are those of RELATIVES: test_set_up_documents.py.
    for network, cell in zip(RELATIVES, said(RESULTS, row_of(name, 5)), strict=True):
        row = one(f"results/table2-{RELATIVES[network]}/tables/variance.csv", metric="best_test_error",
                  seeds_from="grid", label=LABELS[name])
        assert row["completed"] == row["seeds"] == "3"
        assert cell == spread(row["mean"], row["standard_deviation"])


def test_adai_is_where_the_words_on_narrow_relatives_put_it():
    def order(network):
        means = {row["label"]: float(row["mean"]) for row in rows(
            f"results/table2-{RELATIVES[network]}/tables/variance.csv", metric="best_test_error", seeds_from="grid")}
        return sorted(means, key=means.get)

    said("results/README.md", "On ResNet18, VGG16 and ResNet34 the order is nearly the paper's turned round: Adai and AdaiW "
         "come after Adam, and neither is among the first five")
    for network in ("ResNet18", "VGG16", "ResNet34"):
        places = order(network)
        for label in ("adai", "adaiw"):
            assert places.index(label) > places.index("adam") and label not in places[:5]
    said("results/README.md", "On GoogLeNet Momentum, AdaiW and Adai come before all others, and on DenseNet121 "
         "Momentum does")
    assert order("GoogLeNet")[:3] == ["momentum", "adaiw", "adai"] and order("DenseNet121")[0] == "momentum"


@pytest.mark.parametrize("name", ["Adai", "Momentum", "Adam"])
def test_the_results_readme_has_the_numbers_of_figure_5(name):
    variance = "results/figure5/tables/variance.csv"
    wanted, label = {"metric": "final_test_error"}, LABELS[name]
    grid = one(variance, seeds_from="grid", label=label, **wanted)
    fresh = one(variance, seeds_from="confirmation", label=label, **wanted)
    claims = rows("results/figure5/tables/claims.csv", claim="larger_area", bar="within 0.02")
    side = "of" if label == "adai" else "than"
    claim = next(row for row in claims if row[side] == label)
    rate, decay, *numbers = said(
        "results/README.md",
        rf"\| {name} \| ([\d.]+), ([\d.]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|")
    assert (float(rate), float(decay)) == (float(grid["learning_rate"]), float(grid["weight_decay"]))
    tabled = [(100 * float(row["mean"]), 100 * float(row["standard_deviation"])) for row in (grid, fresh)]
    tabled.append((float(claim[f"{side}_mean"]), float(claim[f"{side}_deviation"])))
    # Within half a unit of the last digit, whichever way a tie went.
    assert [float(part) for number in numbers for part in number.split("±")] == pytest.approx(
        [number for pair in tabled for number in pair], rel=0, abs=0.005 + 1e-9)
    assert grid["edge"] == "" and all(row["diverged"] == "0" for row in rows("results/figure5/tables/heatmap.csv"))
    assert (grid["completed"], fresh["completed"]) == ("3", "8")


def test_the_results_readme_has_the_verdicts_of_figure_5():
    claims = rows("results/figure5/tables/claims.csv", claim="lower_mean")
    assert said("results/README.md", r"is undecided \(p = ([\d.]+) and ([\d.]+) after Holm\)") == tuple(
        f"{float(row['p_holm']):.2f}" for row in claims)
    variance = "results/figure5/tables/variance.csv"
    errors = [one(variance, metric="final_test_error", seeds_from=seeds, label="adai")["mean"]
              for seeds in ("confirmation", "grid")]
    assert said("results/README.md", r"flattered Adai by ([\d.]+) points") == (
        f"{100 * (float(errors[0]) - float(errors[1])):.2f}",)
    areas = rows("results/figure5/tables/claims.csv", claim="larger_area")
    assert all(float(row["of_mean"]) < float(row["than_mean"]) for row in areas)
    assert {row["claim_verdict"] for row in claims + areas} == {"undecided"}
