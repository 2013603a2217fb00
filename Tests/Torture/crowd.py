"""Four runners on one results folder, of which one is killed now and then."""

import signal
import time

from folder import PATIENCE, Folder, Wrong, end_all, send, session

RUNNERS = 4
CELLS = 200
KILL_EVERY = 2.0

STUDY = """
study: crowd
dataset: {{name: synthetic, train: 1000, test: 64}}
network: {{name: mlp, hidden: [64]}}
training: {{epochs: {epochs}, batch: 16}}
seeds: {seeds}
optimizers:
  - {{name: momentum, learning_rate: [0.1, 0.01], weight_decay: [0, 0.001]}}
"""


def crowd(inertia, random, seconds):
    """Finishes a study undisturbed and with kills; returns what both took. With more seconds, of longer cells."""
    text = STUDY.format(seeds=list(range(CELLS // 4)), epochs=4 if seconds < 600 else 40)
    with Folder(inertia, "crowd", text=text) as folder:
        if folder.run() != 0:
            raise Wrong("the crowd's study does not run")
        digests = folder.digests()
    return {"undisturbed": gather(inertia, text, digests, random, killing=False),
            "with kills": gather(inertia, text, digests, random, killing=True)}


def gather(inertia, text, digests, random, killing):
    with Folder(inertia, "crowd", jobs=1, text=text) as folder:
        begin, kills = time.monotonic(), 0
        runners = [folder.start() for _ in range(RUNNERS)]
        last = begin
        steps = 0
        while any(runner.poll() is None for runner in runners):
            time.sleep(0.05)
            steps += 1
            if steps * 0.05 > PATIENCE:
                for runner in runners:
                    end_all(runner.pid)
                raise Wrong(f"four runners did not finish in {PATIENCE} s")
            if killing and time.monotonic() - last > KILL_EVERY and not folder.digests():
                last = time.monotonic()
                victim = random.randrange(RUNNERS)
                for pid in session(runners[victim].pid):
                    send(pid, signal.SIGKILL)
                runners[victim].wait()
                kills += 1
                folder.note()
                runners[victim] = folder.start()
        for runner in runners:
            if runner.returncode != 0:
                raise Wrong(f"a runner ended with {runner.returncode}: {folder.log()}")
        points = folder.points()
        seconds = time.monotonic() - begin
        folder.finish(digests)
        published = points["link.record.after"]
        if published != CELLS:
            raise Wrong(f"{published} records were published for {CELLS} cells")
        duplicated = points["create.record_temporary.before"] - CELLS
        if duplicated > kills:
            raise Wrong(f"{duplicated} cells were trained twice at {kills} kills")
        return {"runners": RUNNERS, "cells": CELLS, "kills": kills, "seconds": round(seconds, 1),
                "cells trained twice": max(0, duplicated)}
