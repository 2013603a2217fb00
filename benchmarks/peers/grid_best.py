"""A grid in PyTorch as fast as we know to write it: all images in memory as tensors, channels last, one flat
vector of parameters under a fused optimizer or vectorised Adai, one process a core with one thread each.

    python peers/grid_best.py plan.json PROCESSES
"""

import math
import multiprocessing
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"

import fashion_mnist  # noqa: E402
import torch  # noqa: E402
import torch_networks  # noqa: E402

from peers import grid  # noqa: E402
from peers.adai import FlatAdai  # noqa: E402
from peers.flat import flatten  # noqa: E402

EVALUATION_BATCH = 500


def optimizer_of(cell, flat):
    rate, decay = cell["learning_rate"], cell["weight_decay"]
    match cell["optimizer"]:
        case "momentum":
            return torch.optim.SGD([flat], lr=rate, momentum=0.9, weight_decay=decay, fused=True)
        case "adam":
            return torch.optim.Adam([flat], lr=rate, weight_decay=decay, fused=True)
        case "adai":
            return FlatAdai([flat], lr=rate, weight_decay=decay)
    raise SystemExit(f"the benchmark has no {cell['optimizer']} in PyTorch")


class Data:
    """The images of a plan as normalised tensors, shared by all processes."""

    def __init__(self, plan):
        self.train, self.test = self.part("train", plan["train"]), self.part("t10k", plan["test"])

    @staticmethod
    def part(name, count):
        pixels, labels = fashion_mnist.images(name, count)
        pixels = torch.from_numpy(pixels).float().contiguous(memory_format=torch.channels_last)
        return pixels, torch.from_numpy(labels)

    def test_batches(self):
        return zip(*(tensor.split(EVALUATION_BATCH) for tensor in self.test))


def train(plan, number, data):
    cell = grid.Cell(plan, number)
    torch.manual_seed(cell.settings["seed"])
    module = torch_networks.make(plan["network"], (1, 28, 28))
    module = module.to(memory_format=torch.channels_last)
    flat = flatten(module)
    optimizer = optimizer_of(cell.settings, flat)
    pixels, labels = data.train
    for epoch in range(1, plan["epochs"] + 1):
        loss_sum, wrong = 0.0, 0
        for indices in torch.randperm(len(labels)).split(plan["batch"]):
            outputs, wanted = module(pixels[indices]), labels[indices]
            loss = torch.nn.functional.cross_entropy(outputs, wanted)
            value = loss.item()
            if not math.isfinite(value):
                cell.diverged = True
                return cell.save(module)
            flat.grad.zero_()
            loss.backward()
            optimizer.step()
            loss_sum += value * len(indices)
            wrong += (outputs.detach().argmax(1) != wanted).sum().item()
        if epoch in plan["at"]:
            optimizer.param_groups[0]["lr"] *= plan["factor"]
        count = len(labels)
        if not cell.finish_epoch(loss_sum / count, wrong / count,
                                 *grid.evaluate(module, data.test_batches())):
            break
    return cell.save(module)


def work(number):
    """In a worker process: trains a cell; returns when it began and its error."""
    began = time.time()
    plan, data = inherited
    return began, train(plan, number, data)


inherited = ()


def main():
    global inherited
    plan, processes = grid.read_plan(sys.argv[1]), int(sys.argv[2])
    torch.set_num_threads(1)
    # Workers are forked, so they share PyTorch and the images from the start.
    inherited = (plan, Data(plan))
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        results = pool.map(work, range(len(plan["cells"])), chunksize=1)
    grid.answer(min(began for began, _ in results), [error for _, error in results])


if __name__ == "__main__":
    main()
