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


class VGG(nn.Module):
    """VGG16 of github.com/kuangliu/pytorch-cifar, but that a single pixel is not pooled, and larger images than
    32x32 end in a mean."""

    def __init__(self, width=64, channels=3, classes=10, side=32):
        super().__init__()
        layers = []
        for group, count in enumerate([2, 2, 3, 3, 3]):
            for _ in range(count):
                outputs = width << min(group, 3)
                layers += [nn.Conv2d(channels, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU()]
                channels = outputs
            layers.append(nn.MaxPool2d(2) if side > 1 else nn.Identity())
            side //= 2
        layers.append(nn.AdaptiveAvgPool2d(1))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Linear(channels, classes)

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


class DenseLayer(nn.Module):
    def __init__(self, inputs, growth):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, 4 * growth, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(4 * growth)
        self.conv2 = nn.Conv2d(4 * growth, growth, 3, padding=1, bias=False)

    def forward(self, x):
        y = self.conv1(F.relu(self.bn1(x)))
        return torch.cat([self.conv2(F.relu(self.bn2(y))), x], 1)


class Transition(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.bn = nn.BatchNorm2d(inputs)
        self.conv = nn.Conv2d(inputs, inputs // 2, 1, bias=False)

    def forward(self, x):
        return F.avg_pool2d(self.conv(F.relu(self.bn(x))), 2)


class DenseNet(nn.Module):
    """DenseNet121 of github.com/kuangliu/pytorch-cifar, which ends in the mean of images of any size."""

    def __init__(self, growth=32, channels=3, classes=10):
        super().__init__()
        planes = 2 * growth
        self.conv1 = nn.Conv2d(channels, planes, 3, padding=1, bias=False)
        self.groups = []
        for group, count in enumerate([6, 12, 24, 16], 1):
            layers = [DenseLayer(planes + k * growth, growth) for k in range(count)]
            planes += count * growth
            self.add(f"dense{group}", nn.Sequential(*layers))
            if group < 4:
                self.add(f"trans{group}", Transition(planes))
                planes //= 2
        self.bn = nn.BatchNorm2d(planes)
        self.linear = nn.Linear(planes, classes)

    def add(self, name, module):
        setattr(self, name, module)
        self.groups.append(name)

    def forward(self, x):
        x = self.conv1(x)
        for name in self.groups:
            x = getattr(self, name)(x)
        return self.linear(F.relu(self.bn(x)).mean((2, 3)))


def normalized(inputs, outputs, kernel, padding=0):
    return [nn.Conv2d(inputs, outputs, kernel, padding=padding), nn.BatchNorm2d(outputs), nn.ReLU()]


class Inception(nn.Module):
    def __init__(self, inputs, one, three_reduced, three, five_reduced, five, pooled):
        super().__init__()
        self.b1 = nn.Sequential(*normalized(inputs, one, 1))
        self.b2 = nn.Sequential(
            *normalized(inputs, three_reduced, 1), *normalized(three_reduced, three, 3, 1))
        self.b3 = nn.Sequential(
            *normalized(inputs, five_reduced, 1), *normalized(five_reduced, five, 3, 1),
            *normalized(five, five, 3, 1))
        self.b4 = nn.Sequential(nn.MaxPool2d(3, 1, padding=1), *normalized(inputs, pooled, 1))

    def forward(self, x):
        return torch.cat([self.b1(x), self.b2(x), self.b3(x), self.b4(x)], 1)


class StreamDropout(nn.Dropout2d):
    """Drops whole channels, as the definition does, but by our stream for a step and a node."""

    step, node = 0, 0

    def forward(self, x):
        if not self.training:
            return x
        stream = RandomStream(0, "dropout", index=self.step, subindex=self.node)
        kept = stream.words(x.shape[0] * x.shape[1]) >= np.uint64(self.p * 2**32)
        mask = torch.from_numpy(kept.reshape(*x.shape[:2], 1, 1)).to(x.dtype) / (1 - self.p)
        return x * mask


class GoogLeNet(nn.Module):
    """GoogLeNet of github.com/weiaicunzai/pytorch-cifar100, all of whose channels are in proportion to `width`,
    and which ends in the mean of images of any size."""

    MODULES = {
        "a3": (64, 96, 128, 16, 32, 32),
        "b3": (128, 128, 192, 32, 96, 64),
        "a4": (192, 96, 208, 16, 48, 64),
        "b4": (160, 112, 224, 24, 64, 64),
        "c4": (128, 128, 256, 24, 64, 64),
        "d4": (112, 144, 288, 32, 64, 64),
        "e4": (256, 160, 320, 32, 128, 128),
        "a5": (256, 160, 320, 32, 128, 128),
        "b5": (384, 192, 384, 48, 128, 128),
    }

    def __init__(self, width=192, channels=3, classes=10):
        super().__init__()
        self.prelayer = nn.Sequential(*normalized(channels, width, 3))
        planes = width
        for name, numbers in self.MODULES.items():
            numbers = [max(1, (n * width + 96) // 192) for n in numbers]
            setattr(self, name, Inception(planes, *numbers))
            planes = numbers[0] + numbers[2] + numbers[4] + numbers[5]
        self.maxpool = nn.MaxPool2d(3, 2, padding=1)
        self.dropout = StreamDropout(0.4)
        self.linear = nn.Linear(planes, classes)

    def forward(self, x):
        x = self.prelayer(x)
        for name in self.MODULES:
            if name in ("a4", "a5"):
                x = self.maxpool(x)
            x = getattr(self, name)(x)
        return self.linear(self.dropout(x.mean((2, 3), keepdim=True)).flatten(1))


class Bottleneck(nn.Module):
    def __init__(self, inputs, width, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, 4 * width, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * width)
        self.downsample = nn.Sequential()
        if stride != 1 or inputs != 4 * width:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, 4 * width, 1, stride, bias=False), nn.BatchNorm2d(4 * width)
            )

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn3(self.conv3(F.relu(self.bn2(self.conv2(y)))))
        return F.relu(y + self.downsample(x))


class ResNet50(nn.Module):
    """torchvision's ResNet50."""

    def __init__(self, width=64, channels=3, classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, 7, 2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        inputs = width
        for group, count in enumerate([3, 4, 6, 3]):
            layers = []
            for block in range(count):
                layers.append(Bottleneck(inputs, width << group, 2 if group > 0 and block == 0 else 1))
                inputs = 4 * width << group
            setattr(self, f"layer{group + 1}", nn.Sequential(*layers))
        self.fc = nn.Linear(inputs, classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, padding=1)
        for group in range(4):
            x = getattr(self, f"layer{group + 1}")(x)
        return self.fc(x.mean((2, 3)))


NETWORKS = {"mlp": lambda: mlp([256]), "lenet": LeNet, "resnet8": resnet8}

# What a network's width is in the literature, of those that have one.
WIDTHS = {"resnet18": 64, "resnet34": 64, "vgg16": 64, "densenet121": 32, "googlenet": 192, "resnet50": 64}


def make(name, shape, classes=10, width=None):
    """A network for images of a shape (channels, height, width)."""
    channels, height, columns = shape
    width = width or WIDTHS.get(name)
    match name:
        case "mlp":
            return mlp([256], inputs=channels * height * columns, classes=classes)
        case "lenet":
            return LeNet(channels, height, classes)
        case "resnet8":
            return ResNet([1, 1, 1], 16, channels, classes)
        case "resnet18":
            return ResNet([2, 2, 2, 2], width, channels, classes)
        case "resnet34":
            return ResNet([3, 4, 6, 3], width, channels, classes)
        case "vgg16":
            return VGG(width, channels, classes, height)
        case "densenet121":
            return DenseNet(width, channels, classes)
        case "googlenet":
            return GoogLeNet(width, channels, classes)
        case "resnet50":
            return ResNet50(width, channels, classes)
    raise ValueError(f"there is no network {name}")


def initialize(module, seed):
    """Sets a module's float32 weights from our streams, as a cell's initialization seed does."""
    owners = {name: owner for name, owner in module.named_modules()}
    with torch.no_grad():
        for t, (name, tensor) in enumerate(module.named_parameters()):
            owner = owners[name.rpartition(".")[0]]
            if isinstance(owner, nn.BatchNorm1d | nn.BatchNorm2d):
                continue  # PyTorch's constants, 1 and 0, are ours
            bound = 1 / np.sqrt(np.float64(owner.weight[0].numel()))
            u = RandomStream(seed, "initialization", index=t).uniform(tensor.numel())
            values = ((2 * u.astype(np.float64) - 1) * bound).astype(np.float32)
            tensor.copy_(torch.from_numpy(values.reshape(tensor.shape)))
