"""The JSON Schema of the study format against the studies in this repository."""

import json
import pathlib
import re
import subprocess

import jsonschema
import pytest
import yaml

STUDIES = pathlib.Path(__file__).parents[2] / "studies"
SCHEMA = json.loads((STUDIES / "study.schema.json").read_text())


class Loader(yaml.SafeLoader):
    """YAML 1.2 numbers: PyYAML's own rules take 1e-5 for text."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if tag != "tag:yaml.org,2002:float"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^-?(0|[1-9][0-9]*)(\.[0-9]+([eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)$"),
    list("-0123456789"),
)


def load(text):
    return yaml.load(text, Loader)


def errors(study):
    return list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(study))


def test_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", sorted(STUDIES.rglob("*.yaml")), ids=lambda path: path.stem)
def test_studies_match(path):
    assert errors(load(path.read_text())) == []


@pytest.mark.parametrize(
    "old, new",
    [
        ("epochs: 4", "epocs: 3"),
        ("epochs: 4", "epochs: 0"),
        ("seeds: [0, 1, 2]", "seeds: [0, 0]"),
        ("name: adai,", "name: adagrad,"),
        ("name: adai,", "name: adai, momentum: 0.9,"),
        ("name: lenet", "name: lenet, hidden: [3]"),
        ("[0.01, 0.03, 0.1, 0.3, 1]", "[-0.03]"),
        ("[0.01, 0.03, 0.1, 0.3, 1]", "fast"),
        ("study: quick", "study: cells"),
        ("kind: steps, ", "kind: cosine, "),
        ("weights: final", "weights: all"),
    ],
)
def test_mistakes_do_not_match(old, new):
    text = (STUDIES / "quick.yaml").read_text()
    assert old in text
    assert errors(load(text.replace(old, new)))


@pytest.mark.parametrize(
    "old, new",
    [
        ("in: 1/k, than: 1/sqrt(k)", "in: 1/k"),
        ("in: 1/k, than: 1/sqrt(k)", "in: k, than: 1/k"),
        ("in: 1/k, than: 1/sqrt(k)", "in: 1/k, than: sgd"),
        ("at_least: 0.99", "at_least: 1"),
        ("at_least: 0.99", "at_most: 0.99"),
        ("claim: pearson", "claim: lower_mean"),
        ("of: adai, in", "of: adai, metric: test_loss, in"),
    ],
)
def test_mistakes_in_claims_do_not_match(old, new):
    text = (STUDIES / "cpu/figure6.yaml").read_text()
    assert old in text and not errors(load(text))
    assert errors(load(text.replace(old, new)))


def test_networks_are_those_of_the_program(network_names):
    assert SCHEMA["$defs"]["network"]["properties"]["name"]["enum"] == network_names


def test_a_saddle_is_quadratic_or_of_a_network():
    network = load((STUDIES / "tiny-network-saddle.yaml").read_text())
    quadratic = load((STUDIES / "tiny-saddle.yaml").read_text())
    assert not errors(network) and not errors(quadratic)
    assert errors({key: value for key, value in network.items() if key != "dataset"})
    assert errors(quadratic | {"dataset": network["dataset"]})
    for study, key, value in [(network, "curvatures", [1]), (network, "directions", [0]), (quadratic, "hidden", 3)]:
        assert errors(study | {"saddle": study["saddle"] | {key: value}})
    for key in ["loss", "hidden", "l2", "descent", "directions"]:
        assert errors(network | {"saddle": {other: value for other, value in network["saddle"].items() if other != key}})


def test_only_escapes_have_claims_among_simulations():
    study = load((STUDIES / "cpu/figure6.yaml").read_text())
    saddle = load((STUDIES / "cpu/theorem1.yaml").read_text())
    assert not errors(saddle)
    assert errors(saddle | {"claims": study["claims"]})


def test_make_finds_the_study_by_its_file():
    path = STUDIES / "paper/figure6.yaml"
    recipe = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", "latex", f"STUDY={path}"],
        cwd=STUDIES.parent, check=True, capture_output=True, text=True).stdout
    line = next(line for line in recipe.splitlines() if line.startswith("scripts/latex.sh results/"))
    said = subprocess.run(["sh", "-c", "echo " + line.removeprefix("scripts/latex.sh ")],
                          check=True, capture_output=True, text=True).stdout
    assert said == f"results/{load(path.read_text())['study']}/tables\n"
