"""A grid in PyTorch as one commonly writes it: `DataLoader`, a transform for each image, an optimizer of
`torch.optim` or in loop form, PyTorch's own number of threads, one cell after the other.

    python peers/grid_user.py plan.json
"""

import math
import sys
import time

import fashion_mnist
import torch
import torch_networks
from torch.utils.data import DataLoader, Dataset

from peers import grid
from peers.adai import LoopAdai


class Images(Dataset):
    """Images as bytes; each becomes a normalised tensor when it is asked for."""

    def __init__(self, part, count):
        self.images = fashion_mnist.read_idx(f"{part}-images-idx3-ubyte")[:count]
        self.labels = fashion_mnist.read_idx(f"{part}-labels-idx1-ubyte")[:count]

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        image = torch.tensor(self.images[index]).unsqueeze(0).float().div(255)
        image = image.sub(fashion_mnist.MEAN).div(fashion_mnist.STANDARD_DEVIATION)
        return image, int(self.labels[index])


def optimizer_of(cell, parameters):
    rate, decay = cell["learning_rate"], cell["weight_decay"]
    match cell["optimizer"]:
        case "momentum":
            return torch.optim.SGD(parameters, lr=rate, momentum=0.9, weight_decay=decay)
        case "adam":
            return torch.optim.Adam(parameters, lr=rate, weight_decay=decay)
        case "adai":
            return LoopAdai(parameters, lr=rate, weight_decay=decay)
    raise SystemExit(f"the benchmark has no {cell['optimizer']} in PyTorch")


def train(plan, number, train_set, test_loader):
    cell = grid.Cell(plan, number)
    torch.manual_seed(cell.settings["seed"])
    loader = DataLoader(train_set, batch_size=plan["batch"], shuffle=True)
    module = torch_networks.make(plan["network"], (1, 28, 28))
    optimizer = optimizer_of(cell.settings, module.parameters())
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, plan["at"], plan["factor"])
    for _ in range(plan["epochs"]):
        loss_sum, wrong = 0.0, 0
        for images, labels in loader:
            outputs = module(images)
            loss = torch.nn.functional.cross_entropy(outputs, labels)
            if not math.isfinite(loss.item()):
                cell.diverged = True
                return cell.save(module)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss_sum += loss.item() * len(labels)
            wrong += (outputs.argmax(1) != labels).sum().item()
        schedule.step()
        count = len(train_set)
        if not cell.finish_epoch(loss_sum / count, wrong / count,
                                 *grid.evaluate(module, test_loader)):
            break
    return cell.save(module)


def main():
    plan = grid.read_plan(sys.argv[1])
    train_set = Images("train", plan["train"])
    test_loader = DataLoader(Images("t10k", plan["test"]), batch_size=1000)
    began = time.time()
    errors = [train(plan, number, train_set, test_loader) for number in range(len(plan["cells"]))]
    grid.answer(began, errors)


if __name__ == "__main__":
    main()
