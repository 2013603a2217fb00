"""A module's parameters as one vector, so that an optimizer's step is one pass and not one for each tensor."""

import torch


def flatten(module):
    """One vector that the module's parameters, and its gradient that theirs, are views of from now on.

    The gradient is added to, so it must be set to zero before each backward pass.
    """
    parameters = list(module.parameters())
    flat = torch.zeros(sum(p.numel() for p in parameters), requires_grad=True)
    flat.grad = torch.zeros_like(flat)
    start = 0
    for p in parameters:
        # In the tensor's own strides, so that weights that are channels last stay so.
        place = p.shape, p.stride(), start
        flat.data.as_strided(*place).copy_(p.data)
        p.data, p.grad = flat.data.as_strided(*place), flat.grad.as_strided(*place)
        start += p.numel()
    return flat
