"""What refuses or is unusual: full, read-only, vanished and shared folders; few files and little memory; a closed
pipe, a clock set back."""

import os
import pathlib
import resource
import shutil
import subprocess
import time

from folder import Folder, Wrong, await_end, patiently


def disk(inertia, random, _):
    """Tries each refusal; returns what became of it."""
    with Folder(inertia, "small") as folder:
        folder.run()
        digests = folder.digests()
    found = {}
    for trial in [few_files, vanished, closed_pipe, clock_set_back, full, read_only, memory,
                  shared]:
        found[trial.__name__.replace("_", " ")] = trial(inertia, digests)
    return found


def expect_message(folder, status, words):
    """The run ended with status 1 and one error line that has these words."""
    lines = [line for line in folder.log().splitlines() if line.startswith("Error")]
    if status != 1 or len(lines) != 1 or words not in lines[0]:
        raise Wrong(f"status {status}, not one message with '{words}': {folder.log()}")
    return lines[0].replace(str(folder.path), "…")


def few_files(inertia, digests):
    with Folder(inertia, "small") as folder:
        process = folder.start(
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (20, 20)))
        await_end(process, "a run with few files")
        message = expect_message(folder, process.returncode, "ulimit -n")
        folder.finish(digests)
        return message


def vanished(inertia, digests):
    with Folder(inertia, "long") as folder:
        process = folder.start()
        while not (folder.results / "work").exists() or not list(folder.results.glob("work/*.claim")):
            time.sleep(0.01)
        time.sleep(0.3)
        folder.results.rename(folder.path / "away")
        await_end(process, "a run whose folder vanished")
        message = expect_message(folder, process.returncode, "No such file or directory")
        if folder.results.exists() and list(folder.results.glob("cells/*/*.h5")):
            raise Wrong("records were written where the folder had been")
        shutil.rmtree(folder.results, ignore_errors=True)
        (folder.path / "away").rename(folder.results)
        if folder.run() != 0 or not folder.digests():
            raise Wrong("it does not go on once the folder is back")
        return message


def closed_pipe(inertia, _):
    with Folder(inertia, "small") as folder:
        folder.run()
        with open("/dev/full", "wb") as output:
            result = subprocess.run(
                [inertia, "export", "cells", folder.results / "small"], stdout=output,
                stderr=subprocess.PIPE, text=True)
        if result.returncode != 1 or result.stderr.count("\n") != 1:
            raise Wrong(f"a full output: {result.returncode}, {result.stderr}")
        reader = subprocess.Popen(["true"], stdin=subprocess.PIPE)
        reader.wait()
        piped = subprocess.run(
            [inertia, "export", "cells", folder.results / "small"], stdout=reader.stdin,
            stderr=subprocess.PIPE, text=True)
        if piped.returncode not in (0, 1, -13) or "Fatal" in piped.stderr:
            raise Wrong(f"a closed pipe: {piped.returncode}, {piped.stderr}")
        return result.stderr.strip()


def clock_set_back(inertia, digests):
    """What was written before the clock was set back is of the future."""
    with Folder(inertia, "small") as folder:
        folder.run(options=["--limit", "3"])
        future = time.time() + 86400
        for path in folder.results.rglob("*"):
            os.utime(path, (future, future))
        folder.finish(digests)
        return "as usual"


def mounted(folder, options):
    folder.results.mkdir()
    result = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.results],
                            capture_output=True)
    return result.returncode == 0


def full(inertia, digests):
    with Folder(inertia, "small") as folder:
        if not mounted(folder, "size=64k"):
            return "not tried: mounting needs root"
        try:
            message = expect_message(folder, folder.run(), "No space left on device")
            folder.note()
            subprocess.run(["mount", "-o", "remount,size=64m", folder.results], check=True)
            folder.finish(digests)
        finally:
            subprocess.run(["umount", folder.results], check=True)
        return message


def read_only(inertia, digests):
    with Folder(inertia, "small") as folder:
        if not mounted(folder, "size=64m"):
            return "not tried: mounting needs root"
        try:
            folder.run(options=["--limit", "2"])
            subprocess.run(["mount", "-o", "remount,ro", folder.results], check=True)
            (folder.path / "log").unlink()
            message = expect_message(folder, folder.run(), "Read-only file system")
            subprocess.run(["mount", "-o", "remount,rw", folder.results], check=True)
            folder.finish(digests)
        finally:
            subprocess.run(["umount", folder.results], check=True)
        return message


def shared(inertia, digests):
    """What a run leaves can be written by the group, if its umask allows that."""
    with Folder(inertia, "small") as folder:
        process = folder.start(preexec_fn=lambda: os.umask(0o002))
        await_end(process, "a run in a shared folder")
        for path in [folder.results, *folder.results.rglob("*")]:
            expected = 0o775 if path.is_dir() else 0o664
            if path.stat().st_mode & 0o777 != expected:
                raise Wrong(f"{path} has the permissions {path.stat().st_mode & 0o777:o}")
        folder.finish(digests)
        return "as usual"


# Cells that need some 40 MiB each.
WIDE = """
study: wide
dataset: {name: synthetic, train: 256, test: 32}
network: {name: mlp, hidden: [2000]}
training: {epochs: 2, batch: 16}
seeds: [0, 1, 2, 3]
optimizers:
  - {name: momentum, learning_rate: [0.1], weight_decay: [0]}
"""


class Group:
    """A control group with a limit of memory, for what is started in it."""

    def __init__(self, limit):
        roots = [(pathlib.Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"),
                 (pathlib.Path("/sys/fs/cgroup"), "memory.max")]
        for root, name in roots:
            self.path = root / f"inertia-torture-{os.getpid()}"
            try:
                self.path.mkdir()
                (self.path / name).write_text(str(limit))
                return
            except OSError:
                if self.path.exists():
                    self.path.rmdir()
        self.path = None

    def enter(self):
        (self.path / "cgroup.procs").write_text(str(os.getpid()))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.path:
            patiently(lambda: not (self.path / "cgroup.procs").read_text().strip())
            self.path.rmdir()


def memory(inertia, _):
    """Fewer workers where memory has no room for all; where it has none for one, failures that say so."""
    found = {}
    with Folder(inertia, "wide", text=WIDE) as folder:
        folder.run()
        digests = folder.digests()
    for mebibytes, status, words in [(160, 0, "memory has room for"),
                                     (36, 2, "because memory ran out; give the run more memory")]:
        with Folder(inertia, "wide", jobs=4, text=WIDE) as folder, Group(mebibytes << 20) as group:
            if not group.path:
                return "not tried: control groups cannot be made here"
            process = folder.start(preexec_fn=group.enter)
            await_end(process, "a run with little memory")
            lines = [line for line in folder.log().splitlines() if words in line]
            if process.returncode != status or not lines or "Fatal" in folder.log():
                raise Wrong(f"{mebibytes} MiB: status {process.returncode}, {folder.log()}")
            found[f"{mebibytes} MiB"] = lines[-1]
            folder.note()
            folder.finish(digests)
    return found
