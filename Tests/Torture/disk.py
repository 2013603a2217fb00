"""Disks and folders that refuse: full, read-only, vanished; few open files, a closed pipe, a clock set back."""

import os
import resource
import shutil
import subprocess
import time

from folder import Folder, Wrong, await_end


def disk(inertia, random):
    """Tries each refusal; returns what became of it."""
    with Folder(inertia, "small") as folder:
        folder.run()
        digests = folder.digests()
    found = {}
    for trial in [few_files, vanished, closed_pipe, clock_set_back, full, read_only]:
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
