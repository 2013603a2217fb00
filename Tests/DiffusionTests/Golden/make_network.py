"""Writes network.json: loss, gradient and Hessian of a network with one hidden layer of tanh, by PyTorch, in float64."""

import json
import math
import pathlib

import torch

torch.manual_seed(1)
inputs, hidden, classes, count, l2 = 5, 4, 3, 11, 0.01
values = torch.randn(count, inputs, dtype=torch.float64)
labels = torch.randint(classes, (count,))
shapes = [(hidden, inputs), (hidden,), (classes, hidden), (classes,)]
weights = [torch.randn(shape, dtype=torch.float64, requires_grad=True) for shape in shapes]


def loss_of(parameters):
    parts = [part.reshape(shape) for part, shape in zip(parameters.split([math.prod(shape) for shape in shapes]), shapes)]
    units = torch.tanh(values @ parts[0].T + parts[1])
    loss = torch.nn.functional.cross_entropy(units @ parts[2].T + parts[3], labels)
    return loss + l2 / 2 * (parameters**2).sum()


parameters = torch.cat([weight.detach().flatten() for weight in weights])
hessian = torch.autograd.functional.hessian(loss_of, parameters)
loss = loss_of(torch.cat([weight.flatten() for weight in weights]))
loss.backward()
flat = lambda tensors: [number for tensor in tensors for number in tensor.detach().flatten().tolist()]
pathlib.Path(__file__).with_name("network.json").write_text(json.dumps(dict(
    inputs=inputs, hidden=hidden, classes=classes, l2=l2, values=values.flatten().tolist(),
    labels=labels.tolist(), parameters=flat(weights), loss=loss.item(),
    gradient=flat([weight.grad for weight in weights]), hessian=flat([hessian])), indent=0) + "\n")
