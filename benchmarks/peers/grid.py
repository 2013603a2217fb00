"""What both grids in PyTorch share: the plan of cells, evaluation, and what is kept of a cell.

A plan is a JSON file that the benchmark writes:

    {"network": "lenet", "train": 8000, "test": 10000, "epochs": 4, "batch": 64, "at": [3], "factor": 0.1,
     "folder": where to write,
     "cells": [{"optimizer": "adai", "learning_rate": 0.1, "weight_decay": 1e-3, "seed": 0}, …]}
"""

import json
import math
import pathlib
import time

import torch


def read_plan(path):
    return json.loads(pathlib.Path(path).read_text())


class Cell:
    """A cell under way: its curves, and whether it has diverged."""

    def __init__(self, plan, number):
        self.plan, self.number, self.settings = plan, number, plan["cells"][number]
        self.curves = {"train_loss": [], "train_error": [], "test_loss": [], "test_error": []}
        self.diverged = False

    def finish_epoch(self, train_loss, train_error, test_loss, test_error):
        """Keeps an epoch's metrics; whether to go on."""
        for name, value in [("train_loss", train_loss), ("train_error", train_error),
                            ("test_loss", test_loss), ("test_error", test_error)]:
            self.curves[name].append(value)
        self.diverged = not math.isfinite(test_loss)
        return not self.diverged

    def save(self, module):
        """Writes curves and weights; returns the final test error, or None if the cell has diverged."""
        folder = pathlib.Path(self.plan["folder"])
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"cell": self.settings, "diverged": self.diverged, "curves": self.curves})
        (folder / f"{self.number}.json").write_text(text)
        if not self.diverged:
            torch.save(module.state_dict(), folder / f"{self.number}.pt")
        return None if self.diverged else self.curves["test_error"][-1]


@torch.no_grad()
def evaluate(module, batches):
    """Mean loss and error over batches of images and labels."""
    module.eval()
    loss_sum, wrong, count = 0.0, 0, 0
    for images, labels in batches:
        outputs = module(images)
        loss_sum += torch.nn.functional.cross_entropy(outputs, labels, reduction="sum").item()
        wrong += (outputs.argmax(1) != labels).sum().item()
        count += len(labels)
    module.train()
    return loss_sum / count, wrong / count


def answer(first_cell_began, errors):
    """What the benchmark reads: when the first cell began (Unix time) and every cell's final test error."""
    print(json.dumps({"first_cell_began": first_cell_began, "errors": errors,
                      "ended": time.time(), "torch": torch.__version__}))
