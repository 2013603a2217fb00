"""Makes the documentation site from README, CONTRIBUTING, docs/ and the public declarations of the modules.

    python3 scripts/docs.py BUILD OUTPUT      BUILD is a release build, such as .build/release

Pages are written once, for readers of the repository; this makes articles of DocC from them: each section of README and
CONTRIBUTING is a page of its own, links between pages become links between articles, and links to other files of the
repository become their paths.
"""

import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
GROUPS = {
    "Use it": ["README.md#Start", "README.md#Write a study", "docs/study-format.md", "README.md#Commands",
               "README.md#Where things are", "docs/reading-results.md", "README.md#What the numbers mean", "docs/analysis.md",
               "docs/datasets.md", "docs/optimizers.md"],
    "More than a grid": ["docs/curvature.md", "docs/diffusion.md", "docs/slurm.md"],
    "What is promised": ["README.md#What is promised, and what not", "README.md#Interruptions and sharing",
                         "docs/promises.md", "docs/numerics.md", "docs/random-streams.md", "docs/record-format.md",
                         "README.md#Beside other tools", "README.md#Limits"],
    "How fast": ["README.md#How fast", "docs/benchmarks.md"],
    "What was found": ["results/README.md", "results/published/README.md"],
    "Extend it": ["CONTRIBUTING.md#Contributing", "CONTRIBUTING.md#Where things are", "CONTRIBUTING.md#Adding an optimizer",
                  "CONTRIBUTING.md#Adding a network", "CONTRIBUTING.md#Adding a dataset", "CONTRIBUTING.md#Adding a layer",
                  "CONTRIBUTING.md#What must not change unnoticed", "CONTRIBUTING.md#Style"],
}
# The modules whose declarations are for others to call, in the order of the site.
MODULES = ["Optimizers", "Networks", "Datasets", "Randomness", "Kernels", "Training", "Curvature", "Diffusion", "Studies",
           "Records", "Analysis", "Figures", "Running"]


class Page:
    """A file, or one section of it."""

    def __init__(self, source):
        self.file, _, self.section = source.partition("#")
        text = (ROOT / self.file).read_text()
        if self.section:
            parts = re.split(r"^(?=##? )", outside_code(text, lambda line: line), flags=re.M)
            wanted = [part for part in parts if re.match(rf"##? {re.escape(self.section)}\n", part)]
            if len(wanted) != 1:
                raise SystemExit(f"docs: {self.file} has {len(wanted)} sections called '{self.section}'")
            text = re.sub(r"^(##+) ", lambda match: match[1][1:] + " ", wanted[0], flags=re.M)
            if not text.startswith("# "):
                raise SystemExit(f"docs: '{self.section}' of {self.file} is no section")
        self.title = re.match(r"# (.*)\n", text)[1]
        self.text = text
        stem = self.file.removesuffix(".md").removeprefix("docs/").replace("/", "-")
        self.name = "-".join(re.findall(r"\w+", stem + (" " + self.section if self.section else ""))).lower()

    @property
    def headings(self):
        return [plain(heading) for heading in re.findall(r"^#+ (.*)$", self.text, flags=re.M)]


def outside_code(text, change):
    """A text with the lines outside of fenced code changed; a '#' within must not look like a heading."""
    lines, is_code = [], False
    for line in text.splitlines(keepends=True):
        if line.startswith("```"):
            is_code = not is_code
        lines.append("\x00" + line if is_code and line.startswith("#") else line if is_code else change(line))
    return "".join(lines)


def plain(heading):
    """A heading without marks of code, which DocC would show."""
    return heading.replace("`", "")


def slug(heading):
    """GitHub's name for a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def anchor(heading):
    """DocC's name for a heading."""
    return re.sub(r"[^\w\-.,]", "-", heading).strip("-")


class Site:
    def __init__(self):
        self.pages = {group: [Page(source) for source in sources] for group, sources in GROUPS.items()}
        self.images = set()

    def all(self):
        return [page for pages in self.pages.values() for page in pages]

    def target(self, path, fragment):
        """The article, and the heading in it, that a link to a file of the repository means."""
        for page in self.all():
            if page.file != path:
                continue
            if not page.section and not fragment:
                return f"doc:{page.name}"
            for index, heading in enumerate(page.headings):
                if slug(heading) == fragment:
                    return f"doc:{page.name}" + (f"#{anchor(heading)}" if index else "")
        whole = [page for page in self.all() if page.file == path]
        return f"doc:{whole[0].name}" if whole and not fragment else None

    def link(self, page, match):
        bang, text, address = match.groups()
        if re.match(r"[a-z]+:", address):
            return match[0]
        path, _, fragment = address.partition("#")
        base = (ROOT / page.file).parent
        path = str((base / path).resolve().relative_to(ROOT)) if path else page.file
        if bang:
            self.images.add(path)
            return f"![{text}]({path.replace('/', '-')})"
        if path == "README.md" and not fragment:
            return f"[{text}](doc:inertia)"
        if target := self.target(path, fragment):
            return f"[{text}]({target})"
        if not (ROOT / path).exists():
            raise SystemExit(f"docs: {page.file} links to {address}, which is not there")
        return f"{text} (`{path}`)" if path not in text else text

    def article(self, page):
        def change(line):
            line = plain(line) if line.startswith("#") else line
            return re.sub(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)", lambda match: self.link(page, match), line)

        return outside_code(page.text.replace("\x00", ""), change).replace("\x00", "")

    def front(self):
        text = (ROOT / "README.md").read_text().split("\n## ", 1)[0]
        introduction = re.sub(r"^# .*\n|<[^>]*>", "", text).strip()
        page = Page("README.md#Start")
        page.text = introduction
        topics = "\n\n".join(
            f"### {group}\n\n" + "\n".join(f"- <doc:{page.name}>" for page in pages)
            for group, pages in self.pages.items())
        return f"# inertia\n\n@Metadata {{\n  @TechnologyRoot\n}}\n\n{self.article(page)}\n\n## Topics\n\n{topics}\n"

    def write(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "inertia.md").write_text(self.front())
        for page in self.all():
            (folder / f"{page.name}.md").write_text(self.article(page))
        for path in self.images:
            shutil.copy(ROOT / path, folder / path.replace("/", "-"))


def c_modules(build):
    """The folders of the modules in C, and of the headers that they need, as options."""
    packages = pathlib.Path(build).resolve().parent.parent / "checkouts"
    maps = [*(ROOT / "Sources").glob("*/module.modulemap"), *pathlib.Path(build).glob("C*.build/module.modulemap"),
            *packages.glob("*/Sources/*/include/module.modulemap")]
    folders = [path.parent for path in maps]
    flags = subprocess.run(["pkg-config", "--cflags-only-I", "hdf5-serial"], text=True, capture_output=True).stdout.split()
    return [option for folder in folders for option in ("-I", str(folder))] + flags


def call(*command):
    result = subprocess.run(command, cwd=ROOT, text=True, capture_output=True)
    if result.returncode != 0:
        print((result.stdout + result.stderr)[-4000:], file=sys.stderr)
        raise SystemExit(f"docs: {command[0]} {command[1]} ended with {result.returncode}")


def main(build, output):
    work = pathlib.Path(output) / "work"
    site = Site()
    site.write(work / "inertia.docc")
    archives = [work / "inertia.doccarchive"]
    call("docc", "convert", str(work / "inertia.docc"), "--output-path", str(archives[0]),
         "--fallback-display-name", "inertia", "--fallback-bundle-identifier", "inertia", "--warnings-as-errors")
    for module in MODULES:
        symbols = work / "symbols" / module
        shutil.rmtree(symbols, ignore_errors=True)
        symbols.mkdir(parents=True)
        call("swift", "symbolgraph-extract", "-module-name", module, "-I", f"{build}/Modules", *c_modules(build),
             "-minimum-access-level", "public", "-skip-synthesized-members", "-output-dir", str(symbols),
             "-target", "x86_64-unknown-linux-gnu")
        archives.append(work / f"{module}.doccarchive")
        call("docc", "convert", "--additional-symbol-graph-dir", str(symbols), "--output-path", str(archives[-1]),
             "--fallback-display-name", module, "--fallback-bundle-identifier", f"inertia.{module}")
    merged = pathlib.Path(output) / "site.doccarchive"
    shutil.rmtree(merged, ignore_errors=True)
    call("docc", "merge", *map(str, archives), "--synthesized-landing-page-name", "inertia",
         "--output-path", str(merged))
    static = pathlib.Path(output) / "site"
    shutil.rmtree(static, ignore_errors=True)
    call("docc", "process-archive", "transform-for-static-hosting", str(merged), "--output-path", str(static))
    print(f"{static}: {len(site.all())} pages, {len(MODULES)} modules; python3 -m http.server --directory {static}")


main(*sys.argv[1:])
