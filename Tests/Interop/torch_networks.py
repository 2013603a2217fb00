"""The networks of Sources/Networks/Architectures, written again as PyTorch modules.

Modules carry the same paths, and are registered in the same order, so that `named_parameters()` lists the
tensors in the order of `Network.parameters` and `load_state_dict` takes the weights of a record.
"""

import collections

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from streams import RandomStream


def mlp(hidden, inputs=784, classes=10):
    layers = collections.OrderedDict(flatten=nn.Flatten())
    widths = [inputs, *hidden, classes]
    for k in range(1, len(widths)):
        layers[f"fc{k}"] = nn.Linear(widths[k - 1], widths[k])
        if k < len(widths) - 1:
            layers[f"relu{k}"] = nn.ReLU()
    return nn.Sequential(layers)


class LeNet(nn.Module):
    def __init__(self, channels=1, side=28, classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        rows = (side // 2 - 4) // 2
        self.fc1 = nn.Linear(16 * rows * rows, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(x.flatten(1)))
        return self.fc3(F.relu(self.fc2(x)))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + self.shortcut(x))


class ResNet(nn.Module):
    """A residual network for small images: a 3×3 stem without pooling, then groups of `blocks` basic blocks.

    With blocks 2, 2, 2, 2 and width 64 the definition that is usual for CIFAR, that of
    github.com/kuangliu/pytorch-cifar, but for the last layer's name, which is torchvision's.
    """

    def __init__(self, blocks, width, channels=1, classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        inputs = width
        self.groups = []
        for group, count in enumerate(blocks):
            layers = []
            for block in range(count):
                outputs = width << group
                layers.append(Block(inputs, outputs, 2 if group > 0 and block == 0 else 1))
                inputs = outputs
            self.groups.append(f"layer{group + 1}")
            setattr(self, self.groups[-1], nn.Sequential(*layers))
        self.fc = nn.Linear(inputs, classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        for group in self.groups:
            x = getattr(self, group)(x)
        return self.fc(x.mean((2, 3)))


def resnet8(channels=1):
    return ResNet([1, 1, 1], 16, channels)


def resnet18(channels=1, width=64):
    return ResNet([2, 2, 2, 2], width, channels)


def resnet34(channels=1, width=64):
    return ResNet([3, 4, 6, 3], width, channels)


NETWORKS = {"mlp": lambda: mlp([256]), "lenet": LeNet, "resnet8": resnet8}


def make(name, shape):
    """A network for images of a shape (channels, height, width) and ten classes."""
    channels, height, width = shape
    match name:
        case "mlp":
            return mlp([256], inputs=channels * height * width)
        case "lenet":
            return LeNet(channels, height)
        case "resnet8":
            return resnet8(channels)
        case "resnet18":
            return resnet18(channels)
        case "resnet34":
            return resnet34(channels)
    raise ValueError(f"there is no network {name}")


def initialize(module, seed):
    """Sets a module's float32 weights from our streams, as a cell's initialization seed does."""
    owners = {name: owner for name, owner in module.named_modules()}
    with torch.no_grad():
        for t, (name, tensor) in enumerate(module.named_parameters()):
            owner = owners[name.rpartition(".")[0]]
            if isinstance(owner, nn.BatchNorm2d):
                continue  # PyTorch's constants, 1 and 0, are ours
            bound = 1 / np.sqrt(np.float64(owner.weight[0].numel()))
            u = RandomStream(seed, "initialization", index=t).uniform(tensor.numel())
            values = ((2 * u.astype(np.float64) - 1) * bound).astype(np.float32)
            tensor.copy_(torch.from_numpy(values.reshape(tensor.shape)))
