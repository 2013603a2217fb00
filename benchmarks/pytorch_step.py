"""Times a training step in PyTorch: forward, backward and momentum, on one thread.

    python benchmarks/pytorch_step.py mlp --batch 128 --steps 200

Prints what `inertia benchmark --network mlp --batch 128 --steps 200 --json` prints of ours: a JSON object
with `seconds_per_step`, the median over the steps, after a warm-up.
"""

import argparse
import json
import os
import pathlib
import statistics
import sys
import time

os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Tests" / "Interop"))

import torch  # noqa: E402
import torch_networks  # noqa: E402

WARM_UP = 10


def main():
    parser = argparse.ArgumentParser(description="Time a training step in PyTorch.")
    parser.add_argument("network", choices=torch_networks.NETWORKS)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--steps", type=int, default=200)
    arguments = parser.parse_args()

    torch.set_num_threads(1)
    torch.manual_seed(0)
    module = torch_networks.NETWORKS[arguments.network]()
    optimizer = torch.optim.SGD(module.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)
    batches = [
        (torch.randn(arguments.batch, 1, 28, 28), torch.randint(10, (arguments.batch,)))
        for _ in range(8)
    ]
    seconds = []
    for step in range(WARM_UP + arguments.steps):
        pixels, labels = batches[step % len(batches)]
        start = time.perf_counter()
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(module(pixels), labels)
        loss.backward()
        optimizer.step()
        loss.item()
        seconds.append(time.perf_counter() - start)
    print(
        json.dumps(
            {
                "network": arguments.network,
                "batch": arguments.batch,
                "steps": arguments.steps,
                "seconds_per_step": statistics.median(seconds[WARM_UP:]),
                "torch": torch.__version__,
            }
        )
    )


if __name__ == "__main__":
    main()
