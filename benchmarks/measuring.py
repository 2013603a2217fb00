"""Running the two sides: our program, and PyTorch in processes of its own."""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
# The peers find their own modules and the networks and data of the interoperability checks.
PYTHON_PATH = f"{HERE}{os.pathsep}{ROOT / 'Tests' / 'Interop'}"

# Seconds that any single command or answer may take, if nothing else is said.
LIMIT = 600


class Failure(Exception):
    """A measurement that cannot be made or must not be trusted; the text says why."""


def note(text):
    print(f"{time.strftime('%H:%M:%S')}  {text}", file=sys.stderr, flush=True)


def spread(values):
    """The median, the smallest and the largest, as results keep them."""
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


def environment():
    return {**os.environ, "PYTHONPATH": PYTHON_PATH, "PYTHONDONTWRITEBYTECODE": "1"}


class Bench:
    """What a section is given: our program, how much to do and how long it may take."""

    def __init__(self, inertia, rounds, quick, cores):
        self.inertia, self.rounds, self.quick, self.cores = inertia, rounds, quick, cores
        self.deadline = None

    def start_section(self, limit):
        """From now on, rounds end when `limit` seconds would be exceeded."""
        self.deadline = time.monotonic() + limit

    def turns(self, count=None):
        """The rounds, from 1: at least one, and as many as are asked for if time allows."""
        begun = time.monotonic()
        for turn in range(1, (count or self.rounds) + 1):
            if turn > 1:
                now = time.monotonic()
                if now + (now - begun) / (turn - 1) > self.deadline:
                    note(f"  the section's time is up after {turn - 1} rounds")
                    return
            yield turn

    def has_time(self):
        return time.monotonic() < self.deadline

    def ours(self, *arguments):
        """What `inertia benchmark` answers."""
        output = self.run([self.inertia, "benchmark", *map(str, arguments), "--json"]).stdout
        return json.loads(output)

    def run(self, command, limit=LIMIT):
        """A command that must succeed within so many seconds, with its output."""
        command = [str(part) for part in command]
        try:
            result = subprocess.run(
                command, capture_output=True, text=True, env=environment(), cwd=ROOT,
                timeout=limit)
        except subprocess.TimeoutExpired:
            raise Failure(f"{' '.join(command)} took more than {limit:.0f} s") from None
        if result.returncode != 0:
            raise Failure(f"{' '.join(command)} ended with {result.returncode}:\n{result.stderr}")
        return result

    def wall(self, command, limit=LIMIT):
        """The seconds a command that must succeed takes, and its standard output."""
        start = time.perf_counter()
        output = self.run(command, limit).stdout
        return time.perf_counter() - start, output

    def peer(self, name, *arguments):
        """The command that runs benchmarks/peers/<name>.py."""
        return [sys.executable, HERE / "peers" / f"{name}.py", *map(str, arguments)]

    def run_study(self, study, folder, jobs):
        """The seconds `inertia run` takes, everything counted; the study is a mapping."""
        import yaml

        path = pathlib.Path(folder, "study.yaml")
        path.write_text(yaml.safe_dump(study))
        seconds, _ = self.wall(
            [self.inertia, "run", path, "--results", folder, "--jobs", str(jobs)])
        return seconds

    def errors(self, study, folder):
        """The final test errors of a study's cells; None for each that diverged."""
        output = self.run(
            [self.inertia, "export", "cells", pathlib.Path(folder, study["study"]),
             "--format", "json"]).stdout
        return [row["final_test_error"] if row["outcome"] == "completed" else None
                for row in json.loads(output)["rows"]]


class Peer:
    """A PyTorch process that answers requests, one line of JSON each."""

    def __init__(self, bench, name, *arguments):
        # A file, not a pipe that nobody empties.
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [str(part) for part in bench.peer(name, *arguments)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self.errors, text=True, env=environment(), cwd=ROOT)

    def ask(self, **request):
        """The answer; its `error` says what could not be done."""
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        timer = threading.Timer(LIMIT, self.process.kill)
        timer.start()
        line = self.process.stdout.readline()
        timer.cancel()
        if not line:
            self.errors.seek(0)
            raise Failure(f"PyTorch's side ended, or took {LIMIT} s:\n{self.errors.read()[-2000:]}")
        return json.loads(line)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.errors.close()
