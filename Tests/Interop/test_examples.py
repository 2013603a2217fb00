"""The examples of docs/reading-results.md, run as they stand, print what stands below them."""

import contextlib
import io
import re
import shutil
import subprocess

import pytest
from documents import ROOT

TEXT = (ROOT / "docs/reading-results.md").read_text()
# A block of code, then one of what it prints.
EXAMPLES = re.findall(r"```(python|r)\n((?:(?!```).)*)```\n\n```\n((?:(?!```).)*)```", TEXT, flags=re.DOTALL)


@pytest.fixture(scope="module")
def smoke(inertia, tmp_path_factory):
    folder = tmp_path_factory.mktemp("examples")
    subprocess.run([inertia, "run", ROOT / "studies/smoke.yaml", "--results", folder / "results"], check=True)
    return folder


def test_there_are_examples():
    assert [language for language, *_ in EXAMPLES] == ["python", "python", "r"]


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_prints_what_it_says(number, smoke, monkeypatch):
    language, code, wanted = EXAMPLES[number]
    monkeypatch.chdir(smoke)
    if language == "r":
        if not shutil.which("Rscript"):
            pytest.skip("there is no R")
        found = subprocess.run(["Rscript", "-"], input=code, capture_output=True, text=True, check=True).stdout
    else:
        with contextlib.redirect_stdout(io.StringIO()) as output:
            exec(compile(code, "docs/reading-results.md", "exec"), {})
        found = output.getvalue()
    assert [line.rstrip() for line in found.splitlines()] == [line.rstrip() for line in wanted.splitlines()]
