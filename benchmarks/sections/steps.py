"""Training steps on one thread beside PyTorch's, once both have been shown to compute the same."""

import subprocess

from measuring import Failure, Peer, note, spread

TITLE = "Training steps, one thread"
LIMIT = 540

# Network: the shape of an image, steps timed in a turn, steps before them, images of a step in the check.
NETWORKS = {
    "mlp": ("1x28x28", 100, 10, 128),
    "lenet": ("1x28x28", 50, 5, 128),
    "resnet8": ("1x28x28", 10, 2, 128),
    "resnet18": ("3x32x32", 2, 1, 8),
}
VARIANTS = ["default", "channels_last", "compiled"]
LEARNING_RATE = 0.01
CHECKED_STEPS = 10
# How many times PyTorch's own float32 error ours may have, and an error that anything may have.
ALLOWANCE, FLOOR = 10, 1e-6


def knows(bench, network, shape):
    command = [bench.inertia, "describe", "network", network, "--input", shape]
    return subprocess.run(command, capture_output=True).returncode == 0


def ours(bench, network, shape, batch, warm_up, steps):
    return bench.ours(
        "steps", "--network", network, "--input", shape, "--batch", batch, "--warm-up", warm_up,
        "--steps", steps, "--learning-rate", LEARNING_RATE)


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


def measure_network(bench, network):
    shape, steps, warm_up, checked_batch = NETWORKS[network]
    batch = 128
    if bench.quick:
        steps, warm_up, batch, checked_batch = 2, 1, 8, 8
    note(f"  {network}: the losses of both sides")
    with Peer(bench, "steps", network, shape, checked_batch) as peer:
        answers = [
            peer.ask(variant="default", warm_up=0, steps=CHECKED_STEPS, dtype=dtype)["losses"]
            for dtype in ("float32", "float64")
        ]
    mine = ours(bench, network, shape, checked_batch, 0, CHECKED_STEPS)["losses"]
    check(mine, *answers)
    error = max(abs(a - b) for a, b in zip(mine, answers[1]))

    seconds, peaks, notes = {side: [] for side in ["inertia", *VARIANTS]}, [], {}
    with Peer(bench, "steps", network, shape, batch) as peer:
        for turn in bench.turns():
            note(f"  {network}: round {turn}")
            peaks.append(bench.ours("machine", "--threads", 1)["flops_per_second"])
            found = ours(bench, network, shape, batch, warm_up, steps)
            seconds["inertia"].append(found["seconds_per_step"])
            for variant in VARIANTS:
                if variant in notes or (network == "mlp" and variant == "channels_last"):
                    continue
                answer = peer.ask(variant=variant, warm_up=warm_up, steps=steps)
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
        "network": network, "input": shape, "batch": batch, "flops_per_step": flops,
        "largest_loss_error": error, "notes": notes,
        "seconds": {side: spread(values) for side, values in seconds.items() if values},
        "better": better,
        "ratio_to_better": spread([b / a for a, b in zip(mine, seconds[better])]),
        "ratio_to_default": spread([b / a for a, b in zip(mine, seconds["default"])]),
        "share_of_peak": spread([flops / s / peak for s, peak in zip(mine, peaks)]),
    }


def measure(bench):
    known = [name for name in NETWORKS if knows(bench, name, NETWORKS[name][0])]
    # The largest network last, with what time is left.
    return {"rows": [measure_network(bench, name) for name in known]}


def tables(values, cell):
    rows = []
    for row in values["rows"]:
        seconds = row["seconds"]
        rows.append(
            [f"{row['network']}, {row['input']}", cell.range(seconds["inertia"], 1e3)]
            + [cell.range(seconds.get(variant), 1e3) for variant in VARIANTS]
            + [cell.range(row["ratio_to_better"], 1), cell.range(row["ratio_to_default"], 1),
               cell.range(row["share_of_peak"], 100, 0)])
    batch = values["rows"][0]["batch"]
    yield (
        f"Milliseconds a step: a batch of {batch} images, forward, backward, momentum with weight decay. "
        "PyTorch's default is as one writes it; channels last also has the fused optimizer; compiled is that "
        "through `torch.compile`, without the time to compile. Better: the fastest of the three.",
        ["network", "inertia", "PyTorch", "channels last", "compiled", "better / inertia",
         "default / inertia", "inertia, % of peak"], rows)
