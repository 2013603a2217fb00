"""Adai for PyTorch, twice: as the usual loop over tensors, and over one flat vector.

Equations: Algorithm 2 of Xie et al., "Adaptive Inertia", ICML 2022, with coupled weight decay.
"""

import torch


class LoopAdai(torch.optim.Optimizer):
    """The way optimizers are commonly written: two loops over the tensors, several temporaries for each."""

    def __init__(self, parameters, lr, beta0=0.1, beta2=0.99, eps=1e-3, weight_decay=0.0):
        super().__init__(
            parameters, dict(lr=lr, beta0=beta0, beta2=beta2, eps=eps, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        total, elements = 0.0, 0
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                if not state:
                    state["step"] = 0
                    state["m"] = torch.zeros_like(p)
                    state["v"] = torch.zeros_like(p)
                    state["product"] = torch.ones_like(p)
                state["step"] += 1
                if group["weight_decay"] != 0:
                    p.grad.add_(p, alpha=group["weight_decay"])
                state["v"].mul_(group["beta2"]).addcmul_(p.grad, p.grad, value=1 - group["beta2"])
                total += (state["v"] / (1 - group["beta2"] ** state["step"])).sum()
                elements += p.numel()
        mean = total / elements
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                v_hat = state["v"] / (1 - group["beta2"] ** state["step"])
                beta1 = (1 - v_hat / mean * group["beta0"]).clamp(0, 1 - group["eps"])
                state["m"].mul_(beta1).addcmul_(1 - beta1, p.grad)
                state["product"].mul_(beta1)
                p.add_(state["m"] / (1 - state["product"]), alpha=-group["lr"])


class FlatAdai(torch.optim.Optimizer):
    """The fewest passes PyTorch's operations allow: one vector of all parameters, everything in place."""

    def __init__(self, parameters, lr, beta0=0.1, beta2=0.99, eps=1e-3, weight_decay=0.0):
        super().__init__(
            parameters, dict(lr=lr, beta0=beta0, beta2=beta2, eps=eps, weight_decay=weight_decay))
        (self.theta,) = self.param_groups[0]["params"]
        self.m, self.v = torch.zeros_like(self.theta), torch.zeros_like(self.theta)
        self.product = torch.ones_like(self.theta)
        self.beta1, self.work = torch.empty_like(self.theta), torch.empty_like(self.theta)
        self.beta2_power = 1.0

    @torch.no_grad()
    def step(self):
        group, theta, g = self.param_groups[0], self.theta, self.theta.grad
        self.beta2_power *= group["beta2"]
        if group["weight_decay"] != 0:
            g.add_(theta, alpha=group["weight_decay"])
        self.v.mul_(group["beta2"]).addcmul_(g, g, value=1 - group["beta2"])
        # v̂ divided by its mean: the bias correction cancels.
        slope = -group["beta0"] / self.v.mean().item()
        beta1 = torch.mul(self.v, slope, out=self.beta1).add_(1).clamp_(0, 1 - group["eps"])
        # m ← g + β₁ (m − g)
        self.m.sub_(g).mul_(beta1).add_(g)
        self.product.mul_(beta1)
        theta.addcdiv_(
            self.m, torch.sub(1, self.product, out=self.work), value=-group["lr"])
