"""Training steps beside PyTorch's with as many threads, once both have been shown to compute the same."""

import dataclasses
import subprocess

from measuring import Failure, Peer, note, spread

TITLE = "Training steps"
LIMIT = 1500


@dataclasses.dataclass
class Task:
    """A network, with what is timed in a turn and what is compared before.

    Where batch normalisation makes rounding errors grow from step to step, the comparison is short or slow to
    learn. In a network as large as resnet18 some ReLU's input soon lies so near 0 that rounding decides its sign, from
    where on two runs in float32 part: in vgg16 within the first backward pass, where ours and PyTorch's gradients
    are about equally far from those in float64, so the loss of one step is all that is compared here.
    Tests/Interop/test_networks.py holds the gradients of whole networks.
    """

    network: str
    shape: str
    steps: int
    warm_up: int
    batch: int = 128
    checked_batch: int = 128
    checked_steps: int = 10
    checked_rate: float = 0.1
    threads: int = 1


LARGE = {"steps": 2, "warm_up": 1, "checked_batch": 16, "checked_steps": 3, "checked_rate": 0.001}
TASKS = [
    Task("mlp", "1x28x28", steps=100, warm_up=10),
    Task("lenet", "1x28x28", steps=50, warm_up=5),
    Task("resnet8", "1x28x28", steps=10, warm_up=2, checked_rate=0.01),
    Task("resnet18", "3x32x32", **LARGE),
    Task("resnet18", "3x32x32", **LARGE, threads=2),
    Task("vgg16", "3x32x32", **LARGE | {"checked_steps": 1}),
]
VARIANTS = ["default", "channels_last", "compiled"]
LEARNING_RATE = 0.01
# How many times PyTorch's own float32 error ours may have, and an error that anything may have.
ALLOWANCE, FLOOR = 10, 1e-6


def knows(bench, task):
    command = [bench.inertia, "describe", "network", task.network, "--input", task.shape]
    return subprocess.run(command, capture_output=True).returncode == 0


def ours(bench, task, batch, rate, warm_up, steps):
    return bench.ours(
        "steps", "--network", task.network, "--input", task.shape, "--batch", batch,
        "--threads", task.threads,
        "--learning-rate", rate, "--warm-up", warm_up, "--steps", steps)


def check(ours, single, double):
    """Raises unless our losses are as close to those in float64 as PyTorch's in float32 are, within ALLOWANCE.

    The error allowed at a step is ALLOWANCE times the largest that PyTorch's have had so far, plus FLOOR.
    """
    allowed = 0.0
    for step, (a, b, exact) in enumerate(zip(ours, single, double, strict=True), 1):
        allowed = max(allowed, abs(b - exact))
        if not abs(a - exact) <= ALLOWANCE * allowed + FLOOR:
            raise Failure(
                f"the losses differ, so nothing is timed: at step {step} ours is {a}, PyTorch's {b} in "
                f"float32 and {exact} in float64")


def compare(bench, task):
    """Holds our losses against PyTorch's; returns the largest difference from those in float64."""
    batch, rate, steps = task.checked_batch, task.checked_rate, task.checked_steps
    with Peer(bench, "steps", task.network, task.shape, batch, task.threads) as peer:
        single, double = (
            peer.ask(variant="default", rate=rate, warm_up=0, steps=steps, dtype=dtype)["losses"]
            for dtype in ("float32", "float64"))
    mine = ours(bench, task, batch, rate, 0, steps)["losses"]
    check(mine, single, double)
    return max(abs(a - b) for a, b in zip(mine, double))


def measure_network(bench, task):
    network, shape, batch = task.network, task.shape, task.batch
    note(f"  {network}: the losses of both sides")
    error = compare(bench, task)

    seconds, peaks, notes = {side: [] for side in ["inertia", *VARIANTS]}, [], {}
    with Peer(bench, "steps", network, shape, batch, task.threads) as peer:
        for turn in bench.turns():
            note(f"  {network}: round {turn}")
            peaks.append(bench.ours("machine", "--threads", task.threads)["flops_per_second"])
            found = ours(bench, task, batch, LEARNING_RATE, task.warm_up, task.steps)
            seconds["inertia"].append(found["seconds_per_step"])
            # Compiling takes too long just to see that all else works.
            for variant in VARIANTS[:2] if bench.quick else VARIANTS:
                if variant in notes:
                    continue
                answer = peer.ask(variant=variant, rate=LEARNING_RATE, warm_up=task.warm_up,
                                  steps=task.steps)
                if "error" in answer:
                    note(f"  {variant} does not work: {answer['error']}")
                    notes[variant] = answer["error"]
                    continue
                if turn == 1 and variant == "compiled":
                    notes.setdefault("compiling_seconds", round(answer["preparing"], 1))
                if abs(answer["losses"][0] - found["losses"][0]) > 1e-4:
                    raise Failure(f"{network}, {variant}: what was timed has other losses")
                seconds[variant].append(spread(answer["seconds"])["median"])
    flops = found["flops_per_step"]
    theirs = {side: values for side, values in seconds.items() if values and side != "inertia"}
    better = min(theirs, key=lambda side: spread(theirs[side])["median"])
    mine = seconds["inertia"]
    return {
        "network": network, "input": shape, "batch": batch, "threads": task.threads,
        "memory": found["peak_memory_bytes"], "flops_per_step": flops,
        "largest_loss_error": error, "notes": notes,
        "seconds": {side: spread(values) for side, values in seconds.items() if values},
        "better": better,
        "ratio_to_better": spread([b / a for a, b in zip(mine, seconds[better])]),
        "ratio_to_default": spread([b / a for a, b in zip(mine, seconds["default"])]),
        "share_of_peak": spread([flops / s / peak for s, peak in zip(mine, peaks)]),
        "share_of_peak_of_better": spread(
            [flops / s / peak for s, peak in zip(seconds[better], peaks)]),
    }


def measure(bench):
    tasks = [task for task in TASKS if knows(bench, task) and task.threads <= bench.cores]
    if bench.quick:
        tasks = [dataclasses.replace(task, steps=2, warm_up=1, batch=8, checked_batch=16)
                 for task in tasks]
    return {"rows": [measure_network(bench, task) for task in tasks]}


def tables(values, cell):
    rows = []
    for row in values["rows"]:
        seconds = row["seconds"]
        rows.append(
            [f"{row['network']}, {row['input']}", row.get("threads", 1), cell.range(seconds["inertia"], 1e3)]
            + [cell.range(seconds.get(variant), 1e3) for variant in VARIANTS]
            + [cell.range(row["ratio_to_better"], 1), cell.range(row["ratio_to_default"], 1),
               cell.range(row["share_of_peak"], 100, 0),
               cell.range(row["share_of_peak_of_better"], 100, 0), f"{row['memory'] / 2**20:.0f}" if "memory" in row else "–"])
    batch = values["rows"][0]["batch"]
    yield (
        f"Milliseconds a step: a batch of {batch} images, forward, backward, momentum with weight decay. "
        "PyTorch's default is as one writes it; channels last also has the fused optimizer; compiled is that "
        "through `torch.compile`, without the time to compile. Better: the fastest of the three. Both sides have as "
        "many threads. MiB: the most memory the process had.",
        ["network", "threads", "inertia", "PyTorch", "channels last", "compiled", "better / inertia",
         "default / inertia", "inertia, % of peak", "better, % of peak", "inertia, MiB"], rows)
