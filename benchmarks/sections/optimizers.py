"""An optimizer's step alone, beside PyTorch's and beside the time that moving its bytes takes."""

import re

from measuring import Peer, note, spread

TITLE = "The optimizer's step, one thread"
LIMIT = 150

SIZES = [100_000, 1_000_000, 11_000_000]
FORMS = ["loop", "foreach", "fused"]


def names(bench):
    """The optimizers that `inertia describe` lists."""
    text = bench.run([bench.inertia, "describe"]).stdout
    block = re.search(r"^Optimizers\n((?:  .*\n)+)", text, re.MULTILINE)
    return [line.split()[0] for line in block.group(1).splitlines()]


def measure(bench):
    rows = {}
    copies = []
    with Peer(bench, "optimizers") as peer:
        missing = set()
        for turn in bench.turns():
            copies.append(bench.ours("machine", "--threads", 1)["copy_bytes_per_second"])
            for name in names(bench):
                note(f"  round {turn}: {name}")
                for size in [1000] if bench.quick else SIZES:
                    steps = max(5, min(200, 20_000_000 // size))
                    row = rows.setdefault((name, size), {"name": name, "parameters": size, "seconds": {}})
                    found = bench.ours("optimizer", name, "--parameters", size, "--steps", steps)
                    row["bytes_per_step"] = found["bytes_per_step"]
                    row["seconds"].setdefault("inertia", []).append(found["seconds_per_step"])
                    for form in FORMS:
                        if (name, form) in missing:
                            continue
                        answer = peer.ask(name=name, form=form, parameters=size, steps=steps)
                        if "error" in answer:
                            missing.add((name, form))
                            continue
                        row["seconds"].setdefault(form, []).append(
                            spread(answer["seconds"])["median"])
    for row in rows.values():
        mine = row["seconds"]["inertia"]
        row["share_of_copy"] = spread(
            [row["bytes_per_step"] / s / copy for s, copy in zip(mine, copies)])
        row["seconds"] = {side: spread(values) for side, values in row["seconds"].items()}
    return {"copy_bytes_per_second": spread(copies), "rows": list(rows.values())}


def tables(values, cell):
    yield (
        "Milliseconds a step on one tensor of all parameters. Bytes: what the rule reads and writes at least "
        "(gradient, parameters, its memory), over the time, as a share of the speed of copying 256 MiB; above "
        "100 % they lie in the caches. Loop is PyTorch's implementation without `foreach`, and Adai's loop "
        "form.",
        ["optimizer", "parameters", "inertia", *FORMS, "bytes, % of copying"],
        [[row["name"], f"{row['parameters']:,}", cell.range(row["seconds"]["inertia"], 1e3, 3)]
         + [cell.range(row["seconds"].get(form), 1e3, 3) for form in FORMS]
         + [cell.range(row["share_of_copy"], 100, 0)] for row in values["rows"]])
