"""Writes network.json: loss and gradient of a network with one hidden layer of tanh, by PyTorch, in float64."""

import json
import pathlib

import torch

torch.manual_seed(1)
inputs, hidden, classes, count, l2 = 5, 4, 3, 11, 0.01
values = torch.randn(count, inputs, dtype=torch.float64)
labels = torch.randint(classes, (count,))
shapes = [(hidden, inputs), (hidden,), (classes, hidden), (classes,)]
weights = [torch.randn(shape, dtype=torch.float64, requires_grad=True) for shape in shapes]
units = torch.tanh(values @ weights[0].T + weights[1])
loss = torch.nn.functional.cross_entropy(units @ weights[2].T + weights[3], labels)
loss = loss + l2 / 2 * sum((weight**2).sum() for weight in weights)
loss.backward()
flat = lambda tensors: [number for tensor in tensors for number in tensor.detach().flatten().tolist()]
pathlib.Path(__file__).with_name("network.json").write_text(json.dumps(dict(
    inputs=inputs, hidden=hidden, classes=classes, l2=l2, values=values.flatten().tolist(),
    labels=labels.tolist(), parameters=flat(weights), loss=loss.item(),
    gradient=flat([weight.grad for weight in weights])), indent=0) + "\n")
