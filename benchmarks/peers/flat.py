"""A module's parameters as one vector, so that an optimizer's step is one pass and not one for each tensor."""

import torch


def flatten(module):
    """One vector that the module's parameters, and its gradient that theirs, are views of from now on.

    The gradient is added to, so it must be set to zero before each backward pass.
    """
    parameters = list(module.parameters())
    flat = torch.cat([p.detach().contiguous().flatten() for p in parameters]).requires_grad_()
    flat.grad = torch.zeros_like(flat)
    start = 0
    for p in parameters:
        end = start + p.numel()
        p.data = flat.data[start:end].view(p.shape)
        p.grad = flat.grad[start:end].view(p.shape)
        start = end
    return flat
