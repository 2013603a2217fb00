"""The report page in a headless Chromium: `make browser`, or

    .venv/bin/python -m pytest Tests/Browser --inertia .build/release/inertia
"""

import base64
import csv
import os
import pathlib
import subprocess
import time

import pytest

from browser import Browser

STUDY = """\
study: page
about: "<script>document.title = 'hacked'</script>"
dataset: {name: synthetic, train: 256, test: 200}
network: {name: mlp, hidden: [8]}
training: {epochs: 3, batch: 32}
seeds: [0, 1]
optimizers:
  - {name: momentum, learning_rate: [0.01, 0.1, 1e9], weight_decay: [0, 1e-4, 1e-3]}
  - {name: adam, label: adam-2, learning_rate: [0.001, 0.01], weight_decay: [1e-4, 1e-3]}
confirm: {seeds: [7, 8]}
claims:
  - {claim: lower_mean, of: momentum, than: adam-2}
"""


@pytest.fixture(scope="module")
def page(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    program = os.path.abspath(request.config.getoption("--inertia"))
    (folder / "page.yaml").write_text(STUDY)
    subprocess.run([program, "run", "page.yaml"], cwd=folder, check=True, capture_output=True)
    return folder / "results/page/report.html"


@pytest.fixture(scope="module")
def browser(page):
    with Browser() as browser:
        browser.open(page.as_uri())
        yield browser


def test_nothing_is_asked_of_any_network_and_nothing_complains(browser, page):
    urls = [e["params"]["request"]["url"] for e in browser.events
            if e.get("method") == "Network.requestWillBeSent"]
    assert [u for u in urls if not u.startswith(("file:", "data:"))] == []
    assert urls.count(page.as_uri()) == 1
    complaints = [e for e in browser.events if e.get("method") in (
        "Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")]
    assert complaints == []
    assert browser.value("document.title").startswith("page")


def place(browser, selector):
    return browser.value(f"""(() => {{
      const element = document.querySelector({selector!r});
      element.scrollIntoView({{block: "center"}});
      const box = element.getBoundingClientRect();
      return [box.x + box.width / 2, box.y + box.height / 2]; }})()""")


def test_cells_show_numbers_on_hover_and_focus(browser):
    browser.mouse(*place(browser, "g[data-point^='momentum: learning_rate = 0.1, weight_decay = 1e-4']"))
    tip = browser.value("document.getElementById('tip').innerText")
    assert "learning_rate = 0.1" in tip and "n = 2" in tip
    browser.mouse(1, 1)
    assert browser.value("document.getElementById('tip').style.display") == "none"
    browser.value("document.querySelector('g[data-point]').focus()")
    tip = browser.value("document.getElementById('tip').innerText")
    assert tip.startswith("momentum: learning_rate")
    browser.key("Tab", 9)
    assert browser.value("document.getElementById('tip').innerText") != tip


def test_a_cell_leads_to_its_runs_and_their_commands(browser, page):
    browser.value("document.querySelector('g[data-point]').focus()")
    browser.key("Enter", 13)
    panel = browser.value("document.querySelector('.cell').innerText")
    assert "inertia run" in panel and "--only seed=1" in panel
    commands = browser.value("[...document.querySelectorAll('.cell code')].map(c => c.textContent)")
    assert len(commands) == 2
    assert browser.value("document.querySelectorAll('.cell polyline').length") == 2


def test_tables_are_sorted_by_their_headings(browser):
    rows = """[...document.querySelector('details[data-table] table').tBodies[0].rows]
      .map(r => r.cells[COLUMN].textContent)"""
    browser.value("document.querySelector('details[data-table]').open = true")
    browser.value("new Promise(done => setTimeout(done, 100))")
    column = browser.value("""[...document.querySelector('details[data-table] table').tHead.rows[0].cells]
      .findIndex(c => c.textContent === 'final_test_error')""")
    head = f"document.querySelector('details[data-table] table').tHead.rows[0].cells[{column}].click()"
    for sign in (1, -1):
        browser.value(head)
        values = [v for v in browser.value(rows.replace("COLUMN", str(column)))]
        numbers = [sign * float(v) for v in values if v]
        assert numbers == sorted(numbers) and len(numbers) > 10
        # Those without a number come last.
        assert all(values[: len(numbers)])


def test_tables_are_saved_as_csv(browser, page, tmp_path):
    browser.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    browser.value("document.querySelector('button[data-csv$=-cells]').click()")
    saved = tmp_path / "page-cells.csv"
    for _ in range(100):
        if saved.exists() and saved.stat().st_size:
            break
        time.sleep(0.05)
    assert saved.read_text() == (page.parent / "tables/cells.csv").read_text()
    assert len(list(csv.DictReader(saved.open()))) == 18 + 8 + 4


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_are_light_and_dark(browser, scheme, request):
    browser.call("Emulation.setEmulatedMedia",
                 features=[{"name": "prefers-color-scheme", "value": scheme}])
    ground = browser.value("""getComputedStyle(document.querySelector('figure > svg > rect')).fill""")
    page = browser.value("getComputedStyle(document.body).backgroundColor")
    assert ground == page
    assert (sum(int(n) for n in page[4:-1].split(",")) > 380) == (scheme == "light")
    folder = request.config.getoption("--screenshots")
    if folder:
        browser.call("Emulation.setDeviceMetricsOverride", width=1280, height=2200,
                     deviceScaleFactor=1, mobile=False)
        browser.value("scrollTo(0, 0)")
        shot = browser.call("Page.captureScreenshot", captureBeyondViewport=True)
        pathlib.Path(folder, f"report-{scheme}.png").write_bytes(base64.b64decode(shot["data"]))


def test_text_does_not_overlap(browser):
    # The contours and the heatmaps over the product lie in a part that is closed at first.
    browser.value("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert browser.value("document.querySelectorAll('details > figure > svg').length") == 2
    overlaps = browser.value("""[...document.querySelectorAll('figure > svg')].flatMap(svg => {
      const boxes = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]);
      const found = [];
      for (let i = 0; i < boxes.length; i++) for (let j = 0; j < i; j++) {
        const [a, p] = boxes[i], [b, q] = boxes[j];
        const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left);
        const high = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
        if (wide > 1 && high > 4) found.push(a + ' / ' + b);
      }
      return found; })""")
    assert overlaps == []


def test_several_studies_stand_in_one_page(browser, page, request):
    program = os.path.abspath(request.config.getoption("--inertia"))
    folder = page.parents[2]
    (folder / "table.csv").write_text("label,mean,deviation,n\nmomentum,10,0.5,3\nadam,12,,1\n")
    other = STUDY.replace("study: page", "study: other").replace("label: adam-2, ", "").replace(
        "than: adam-2", "than: adam") + "published: {file: table.csv, metric: final_test_error}\n"
    (folder / "other.yaml").write_text(other)
    subprocess.run([program, "run", "other.yaml"], cwd=folder, check=True, capture_output=True)
    subprocess.run([program, "report", "results/page", "results/other", "-o", "both.html"], cwd=folder,
                   check=True, capture_output=True)
    browser.open((folder / "both.html").as_uri())
    assert [e for e in browser.events if e.get("method") in (
        "Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")] == []
    assert browser.value("[...document.querySelectorAll('h2')].map(h => h.textContent)") == [
        "All studies", "page", "other"]
    assert "Beside what was published" in browser.value("document.body.innerText")
    ids = browser.value("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    # A cell of the second study leads to its own runs.
    browser.value("[...document.querySelectorAll('g[data-study=s2]')].at(-1).focus()")
    browser.key("Enter", 13)
    assert "results/other/study.yaml" in browser.value("document.querySelector('.cell').innerText")
    folder = request.config.getoption("--screenshots")
    if folder:
        browser.value("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        for scheme in ("light", "dark"):
            browser.call("Emulation.setEmulatedMedia",
                         features=[{"name": "prefers-color-scheme", "value": scheme}])
            browser.call("Emulation.setDeviceMetricsOverride", width=1280, height=4200,
                         deviceScaleFactor=1, mobile=False)
            shot = browser.call("Page.captureScreenshot", captureBeyondViewport=True)
            pathlib.Path(folder, f"both-{scheme}.png").write_bytes(base64.b64decode(shot["data"]))


def test_five_thousand_cells_open_in_two_seconds(browser, request):
    path = request.config.getoption("--large")
    if not path:
        pytest.skip("no --large page")
    page = pathlib.Path(path).resolve()
    assert page.stat().st_size < 5_000_000
    browser.open(page.as_uri())
    # Loaded, and drawn twice.
    browser.value("new Promise(d => requestAnimationFrame(() => requestAnimationFrame(d)))")
    milliseconds = browser.value("performance.now()")
    print(f"{page.stat().st_size} bytes open in {milliseconds:.0f} ms")
    assert milliseconds < 2000
    assert browser.value("document.querySelectorAll('g[data-point]').length") == 2 * 640
