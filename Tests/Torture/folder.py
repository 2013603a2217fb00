"""A results folder under torture: runs on it, what is known of it, and what must hold in the end."""

import collections
import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

STUDIES = {
    # Many cells of a millisecond each.
    "small": """
study: small
dataset: {name: synthetic, train: 64, test: 32}
network: {name: mlp, hidden: [4]}
training: {epochs: 2, batch: 16}
seeds: [0, 1]
optimizers:
  - {name: momentum, learning_rate: [0.1, 0.01], weight_decay: [0]}
""",
    # Everything a record can keep, and fresh seeds that depend on the grid.
    "kept": """
study: kept
dataset: {name: synthetic, train: 48, test: 32}
network: {name: lenet}
training: {epochs: 2, batch: 16}
seeds: [0, 1]
optimizers:
  - {name: adam, learning_rate: [0.001], weight_decay: [0, 0.001]}
record: {weights: final+best, optimizer_state: final}
confirm: {seeds: [7]}
""",
    # Cells long enough to be checkpointed, every second and when stopped.
    "long": """
study: long
dataset: {name: synthetic, train: 2000, test: 64}
network: {name: mlp, hidden: [128]}
training: {epochs: 40, batch: 16}
seeds: [0, 1]
optimizers:
  - {name: sgd, learning_rate: [0.05], weight_decay: [0.0001]}
""",
}

# Seconds after which a process hangs, for the machine may be busy.
PATIENCE = 300


class Wrong(Exception):
    """Something that must never happen has happened."""

    kind = "other wrongs"


class Lost(Wrong):
    kind = "records lost or changed"


class Differs(Wrong):
    kind = "wrong digests"


class LeftOver(Wrong):
    kind = "studies with leftovers"


class Folder:
    """One results folder, with a trace of all that is done in it."""

    def __init__(self, inertia, study, jobs=2, text=None, parent=None):
        self.inertia, self.study, self.jobs = inertia, study, jobs
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="torture-", dir=parent))
        self.file = self.path / f"{study}.yaml"
        self.file.write_text(text or STUDIES[study])
        self.results = self.path / "results"
        self.trace = self.path / "trace"
        self.seen = {}
        self.seconds = 0.0

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _):
        if error is None:
            shutil.rmtree(self.path)

    def start(self, fault=None, options=(), **keywords):
        """Starts a run in a session of its own."""
        environment = dict(os.environ, INERTIA_FAULT_TRACE=str(self.trace))
        if fault:
            environment["INERTIA_FAULT"] = fault
        log = open(self.path / "log", "ab")
        return subprocess.Popen(
            [self.inertia, "run", self.file, "--results", self.results, "--jobs", str(self.jobs),
             *options],
            env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True, **keywords)

    def run(self, fault=None, options=()):
        """Runs to the end; returns the exit status, −9 for a killed run."""
        begin = time.monotonic()
        process = self.start(fault, options)
        await_end(process, f"a run with fault {fault}")
        self.seconds += time.monotonic() - begin
        return process.returncode

    def log(self):
        return (self.path / "log").read_text(errors="replace")

    def points(self):
        """How often each fault point was passed, by name."""
        lines = self.trace.read_text().splitlines() if self.trace.exists() else []
        return collections.Counter(line.split()[1] for line in lines if not line.endswith("fault"))

    def check_order(self):
        """Each record was synchronized before it got its name, and its folder at once after."""
        done = collections.defaultdict(list)
        for line in self.trace.read_text().splitlines():
            process, point = line.split()[:2]
            if point == "link.record.after":
                made = done[process][::-1].index("create.record_temporary.after")
                if "synchronize.record_temporary.after" not in done[process][-made:]:
                    raise Wrong("a record got its name before it was synchronized")
            elif point.startswith(("create.", "remove.")) and point.endswith("before"):
                last = next((known for known in reversed(done[process])
                             if known.startswith(("link.", "synchronize."))), None)
                if last == "link.record.after":
                    raise Wrong("the folder of a record was not synchronized")
            done[process].append(point)

    def fault_struck(self):
        return (self.path / "trace.fault").exists()

    def records(self):
        """The SHA-256 of each record there is."""
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()
                for path in self.results.glob("cells/*/*.h5")}

    def note(self):
        """Remembers the records there are: they must never change or go."""
        now = self.records()
        for name, digest in self.seen.items():
            if now.get(name) != digest:
                raise Lost(f"record {name} is {'another' if name in now else 'gone'}")
        self.seen = now

    def digests(self):
        path = self.results / self.study / "digests.txt"
        return path.read_text() if path.exists() else None

    def leftovers(self):
        files = [path for path in self.results.rglob("*") if path.is_file()]
        return [str(path.relative_to(self.results)) for path in files
                if path.suffix == ".tmp" or path.parent.name == "work" or ".damaged" in path.name]

    def finish(self, digests, runs=1):
        """Resumes undisturbed, and checks what must hold in the end."""
        for _ in range(runs):
            status = self.run(options=["--retry-failed"])
            if status != 0:
                raise Wrong(f"resuming ended with status {status}")
        self.note()
        if self.digests() != digests:
            raise Differs("the digests are not those of an undisturbed run")
        if left := self.leftovers():
            raise LeftOver(f"left over: {left}")


def session(leader):
    """The processes of a session, its leader first, as far as they still run."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == leader and fields[0] not in "ZX":
                found.append(int(entry.name))
    return sorted(found, key=lambda pid: pid != leader)


def send(pid, number):
    """Sends a signal; False if the process has ended."""
    try:
        os.kill(pid, number)
        return True
    except ProcessLookupError:
        return False


def patiently(is_over):
    """Waits until something is over; False if that takes too long.

    Time is counted in steps, so that a harness that was stopped itself blames nobody.
    """
    for _ in range(PATIENCE * 50):
        if is_over():
            return True
        time.sleep(0.02)
    return False


def await_end(process, what):
    """Waits for a process, and ends its session if it hangs."""
    if not patiently(lambda: process.poll() is not None):
        end_all(process.pid)
        raise Wrong(f"{what} did not end in {PATIENCE} s")


def end_all(leader):
    """Ends every process of a session that a test started."""
    for pid in session(leader):
        send(pid, 9)
