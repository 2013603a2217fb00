"""Kills studies at random times and at every step of writing a file, refuses their system calls, and sees whether
anything is lost.

    python Tests/Torture/torture.py .build/release/inertia --seconds 120 --seed 1
    python Tests/Torture/torture.py .build/release/inertia --only crowd --output /tmp/torture.json

Parts: points (a kill at each point where a file is written), refusals (each such system call refused), disk
(full, read-only, vanished and shared folders; few files, little memory; a closed pipe; a clock set back), crowd (four runners on one
folder, one killed now and then), random (signals at random times until the time is over). Every study is then
resumed, and must give the digests of an undisturbed run, every record it had at any kill, and no leftover.
"""

import argparse
import concurrent.futures
import itertools
import json
import os
import pathlib
import random
import signal
import sys
import threading
import time

from crowd import crowd
from disk import disk
from folder import PATIENCE, STUDIES, Differs, Folder, LeftOver, Lost, Wrong, await_end, end_all, patiently, send, session

PARTS = ["points", "refusals", "disk", "crowd", "random"]
# Calls that change nothing: to die in one is to die before the next.
READING = ("open.", "read.", "inspect.", "list.")
ERRORS = ["ENOSPC", "EIO", "EACCES", "EMFILE", "EROFS", "ESTALE"]


class Torture:
    def __init__(self, inertia, seconds, seed):
        self.inertia, self.seconds, self.start = inertia, seconds, time.monotonic()
        self.until = self.start + seconds
        self.seed, self.random = seed, random.Random(seed)
        self.lock = threading.Lock()
        self.counts = dict.fromkeys(
            ["studies", "kills", "pauses", "refusals", "cells", "records written again",
             *(wrong.kind for wrong in (Lost, Differs, LeftOver, Wrong))], 0)
        self.disturbed_seconds = 0.0
        self.hit, self.wrongs, self.notes = set(), [], []
        self.reference = {}

    def undisturbed(self):
        """What each study gives if nobody disturbs it, how long it takes, and the points it passes."""
        for study in STUDIES:
            with Folder(self.inertia, study) as folder:
                if folder.run() != 0:
                    raise SystemExit(f"{study} does not run:\n{folder.log()}")
                folder.check_order()
                self.reference[study] = folder.digests(), folder.seconds, folder.points()
        # A stopped and resumed run passes the points of checkpoints, too.
        with Folder(self.inertia, "long") as folder:
            process = folder.start()
            time.sleep(self.reference["long"][1] / 2)
            send(process.pid, signal.SIGTERM)
            await_end(process, "a stopped run")
            folder.finish(self.reference["long"][0])
            digests, seconds, points = self.reference["long"]
            self.reference["long"] = digests, seconds, points | folder.points()

    def count(self, what, number=1):
        with self.lock:
            self.counts[what] += number

    def add_wrong(self, what, wrong):
        self.count(wrong.kind)
        self.wrongs.append(f"{what}: {wrong}")
        print(self.wrongs[-1], file=sys.stderr)

    def spread(self, work, items):
        """Does work on items, as many at a time as there are cores."""
        with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            return list(pool.map(work, items))

    def over(self):
        return time.monotonic() > self.until

    def allow(self, share):
        """Lets what follows go on until this share of the time is over."""
        self.until = self.start + share * self.seconds

    def judge(self, folder, what, runs):
        """Ends one study's torture: resumes, checks, counts."""
        digests, seconds, _ = self.reference[folder.study]
        try:
            folder.note()
            folder.finish(digests, runs)
            cells = len(digests.splitlines())
            self.count("cells", cells)
            trained = folder.points()["create.record_temporary.before"]
            self.count("records written again", max(0, trained - cells))
            with self.lock:
                self.disturbed_seconds += folder.seconds - seconds
        except Wrong as wrong:
            self.add_wrong(f"{what}, in {folder.path}", wrong)
            return False
        finally:
            self.count("studies")
        return True

    def guarded(self, folder, what, runs=1):
        """Judges in the folder's own scope, so that the folder of a wrong result is kept."""
        if not self.judge(folder, what, runs):
            raise Wrong(what)

    def every_point(self, action, ledger, counted):
        """Takes an action at each point of each study, at a pass drawn at random."""
        todo = [(study, point, count) for study in STUDIES
                for point, count in self.reference[study][2].items()
                if not point.startswith(READING)
                and not (counted == "refusals" and point.endswith("after"))]
        self.random.shuffle(todo)
        # Each point once before any point twice.
        first, again, known = [], [], set()
        for item in todo:
            (again if item[1] in known else first).append(item)
            known.add(item[1])
        faults = [(study, point, f"{action()}:{point}:{self.random.randint(1, count)}")
                  for study, point, count in first + again]

        def strike(item):
            study, point, fault = item
            if self.over():
                return False
            try:
                with Folder(self.inertia, study) as folder:
                    folder.run(fault)
                    if folder.fault_struck():
                        self.count(counted)
                        ledger.add(point)
                    self.check_message(folder, fault)
                    self.guarded(folder, fault)
            except Wrong as wrong:
                if not any(fault in known for known in self.wrongs):
                    self.add_wrong(fault, wrong)
            return True

        made = self.spread(strike, faults)
        # A pass that this run had fewer of: its first is sure to come.
        made += self.spread(strike, [(study, point, f"{action()}:{point}:1")
                                     for study, point, _ in first if point not in ledger])
        if not all(made):
            self.notes.append(f"{made.count(False)} of {len(made)} {counted} were left out")

    def check_message(self, folder, fault):
        """A refused call is one message, or none if the run could do without it."""
        errors = [line for line in folder.log().splitlines() if line.startswith("Error")]
        if len(errors) > 1 or "Fatal" in folder.log():
            self.add_wrong(f"{fault}, in {folder.path}", Wrong(f"says {folder.log()}"))

    def random_signals(self):
        """Kills, stops and pauses at random times, several to a study."""
        def one_after_another(first):
            for index in itertools.count(first, len(os.sched_getaffinity(0))):
                if self.over():
                    return
                draw = random.Random(f"{self.seed}/{index}")
                study = draw.choice(list(STUDIES))
                what = f"random signals to {study}, seed {self.seed}/{index}"
                try:
                    with Folder(self.inertia, study, jobs=draw.choice([1, 2, 3])) as folder:
                        leaders = []
                        for _ in range(draw.randint(5, 30)):
                            leaders.append(self.disturb(folder, self.reference[study][1], draw))
                            if folder.digests() or self.over():
                                break
                        # A worker that was left alone saves its state and ends by itself.
                        self.drain(leaders)
                        self.guarded(folder, what, runs=2)
                except Wrong as wrong:
                    if not any(what in known for known in self.wrongs):
                        self.add_wrong(what, wrong)

        self.spread(one_after_another, range(len(os.sched_getaffinity(0))))

    def disturb(self, folder, usual, draw):
        """Starts a run and sends it one to three signals; returns its session."""
        begin = time.monotonic()
        process = folder.start()
        for _ in range(draw.randint(1, 3)):
            time.sleep(draw.uniform(0, draw.choice([0.1, 0.3, 0.7]) * usual))
            pids = session(process.pid)
            if process.poll() is not None or not pids:
                break
            number = draw.choice(
                [signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGSTOP])
            whom = draw.choice(["parent", "worker", "all"])
            targets = {"parent": pids[:1], "worker": [draw.choice(pids[1:] or pids)],
                       "all": pids}[whom]
            sent = [pid for pid in targets if send(pid, number)]
            if number == signal.SIGSTOP:
                self.count("pauses", len(sent))
                time.sleep(draw.uniform(0, 0.3))
                for pid in sent:
                    send(pid, signal.SIGCONT)
            else:
                self.count("kills", len(sent))
            folder.note()
        await_end(process, "a disturbed run")
        folder.seconds += time.monotonic() - begin
        return process.pid

    def drain(self, leaders):
        """Waits until no process of these sessions is left."""
        if not patiently(lambda: not any(session(leader) for leader in leaders)):
            for leader in leaders:
                end_all(leader)
            raise Wrong(f"workers of a killed run did not end in {PATIENCE} s")

    def report(self, seed, seconds):
        known = set().union(*(points for _, _, points in self.reference.values()))
        wanted = {point for point in known if not point.startswith(READING)}
        kills = self.counts["kills"]
        points = {"fault points": len(wanted), "hit by a kill": len(self.hit & wanted),
                  "not hit": sorted(wanted - self.hit)} if self.hit else {}
        return self.counts | points | {
            "seed": seed, "seconds": round(seconds, 1),
            "seconds lost per kill":
                round(self.disturbed_seconds / kills, 3) if kills else None,
            "wrong": self.wrongs, "notes": self.notes,
        }


def main():
    parser = argparse.ArgumentParser(description="Torture inertia.")
    parser.add_argument("inertia", type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default=",".join(PARTS), help=f"some of {','.join(PARTS)}")
    parser.add_argument("--output", type=pathlib.Path, help="write the report here, as JSON")
    arguments = parser.parse_args()
    parts = arguments.only.split(",")
    if unknown := set(parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    begin = time.monotonic()
    torture = Torture(arguments.inertia.resolve(), arguments.seconds, arguments.seed)
    torture.undisturbed()
    if "points" in parts:
        torture.allow(0.5)
        torture.every_point(lambda: "kill", torture.hit, "kills")
    if "refusals" in parts:
        torture.allow(0.65)
        torture.every_point(lambda: torture.random.choice(ERRORS), set(), "refusals")
    extra = {}
    for name, part in [("disk", disk), ("crowd", crowd)]:
        if name in parts:
            try:
                extra[name] = part(torture.inertia, torture.random, arguments.seconds)
            except Wrong as wrong:
                torture.add_wrong(name, wrong)
    if "random" in parts:
        torture.allow(1)
        torture.random_signals()
    report = torture.report(arguments.seed, time.monotonic() - begin) | extra
    text = json.dumps(report, indent=2)
    print(text)
    if arguments.output:
        arguments.output.write_text(text + "\n")
    sys.exit(1 if torture.wrongs else 0)


if __name__ == "__main__":
    main()
