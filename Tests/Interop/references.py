"""Every optimizer again, from torch.optim, from pytorch_optimizer or as equations: what ours are held against.

`reference(name, values, parameters)` gives an object with `step(gradients, multiplier)`, which changes the tensors
`parameters` in place. Where a library has the optimizer, it is the library's. Where it reads the paper in another
way than ours, the class or function here says so and makes it read it our way; where it cannot, the equations are
written out, as are those of the readings that no library at hand has.
"""

import functools

import pytorch_optimizer
import torch

class Library:
    """An optimizer of a library, its learning rate set before each step."""

    def __init__(self, optimizer, rate):
        self.optimizer, self.rate = optimizer, rate

    def step(self, gradients, multiplier=1):
        for group in self.optimizer.param_groups:
            group["lr"] = multiplier * self.rate
            for parameter, gradient in zip(group["params"], gradients):
                parameter.grad = gradient.clone()
        self.optimizer.step()


class Equations:
    """An optimizer written out: `update` says what happens to one tensor."""

    def __init__(self, parameters, values, defaults):
        self.parameters, self.t = parameters, 0
        self.values = {"weight_decay_kind": "coupled", **defaults, **values}
        self.__dict__.update(self.values)
        self.state = [self.start(p) for p in parameters]

    def start(self, p):
        return {"m": torch.zeros_like(p), "v": torch.zeros_like(p)}

    def prepare(self, gradients):
        pass

    def step(self, gradients, multiplier=1):
        self.t += 1
        self.rate, kind = multiplier * self.learning_rate, self.weight_decay_kind
        decayed = []
        for p, g in zip(self.parameters, gradients):
            if kind == "coupled":
                g = g + self.weight_decay * p
            else:
                p *= 1 - (self.rate if kind == "decoupled" else multiplier) * self.weight_decay
            decayed.append(g)
        self.multiplier = multiplier
        self.prepare(decayed)
        for p, g, state in zip(self.parameters, decayed, self.state):
            self.update(p, g, state)

    def average(self, g, state):
        state["m"] = self.beta1 * state["m"] + (1 - self.beta1) * g
        state["v"] = self.beta2 * state["v"] + (1 - self.beta2) * g * g
        return state["m"], state["v"]

    @property
    def corrections(self):
        if not self.values.get("bias_correction", True):
            return 1, 1
        return 1 - self.beta1**self.t, 1 - self.beta2**self.t


class Adam(Equations):
    """Adam, with Keras's ε̂ and Optax's ε inside the root."""

    def update(self, p, g, state):
        m, v = self.average(g, state)
        c1, c2 = self.corrections
        if self.epsilon_hat:
            # Keras: a rate that is corrected, m and v that are not.
            p -= self.rate * c2**0.5 / c1 * m / (v.sqrt() + self.epsilon)
        else:
            p -= self.rate * (m / c1) / ((v / c2 + self.epsilon_root).sqrt() + self.epsilon)


class AMSGrad(Equations):
    """The paper's, which corrects nothing, and Optax's, which corrects v before it takes the maximum."""

    def update(self, p, g, state):
        m, v = self.average(g, state)
        c1, c2 = self.corrections
        largest = torch.maximum(state.get("largest", torch.zeros_like(p)), v / c2)
        state["largest"] = largest
        p -= self.rate * (m / c1) / (largest.sqrt() + self.epsilon)


class AdaBound(Equations):
    """The paper's, which corrects nothing."""

    def update(self, p, g, state):
        m, v = self.average(g, state)
        final, x = self.multiplier * self.final_learning_rate, self.gamma * self.t
        rates = (self.rate / (v.sqrt() + self.epsilon)).clamp(final * (1 - 1 / (x + 1)), final * (1 + 1 / x))
        p -= rates * m


class Padam(Equations):
    """The authors' code: AMSGrad's maximum and Adam's correction of the rate; and the paper's, without the latter."""

    def update(self, p, g, state):
        m, v = self.average(g, state)
        c1, c2 = self.corrections
        state["largest"] = torch.maximum(state.get("largest", torch.zeros_like(p)), v)
        p -= self.rate * c2**0.5 / c1 * m / (state["largest"].sqrt() + self.epsilon) ** (2 * self.partial)


class Yogi(Equations):
    """The paper's, which corrects nothing, and TensorFlow's, with ε beside √v."""

    def start(self, p):
        return {"m": torch.zeros_like(p), "v": torch.full_like(p, self.initial_accumulator)}

    def update(self, p, g, state):
        m = self.beta1 * state["m"] + (1 - self.beta1) * g
        v = state["v"] - (1 - self.beta2) * torch.sign(state["v"] - g * g) * g * g
        state["m"], state["v"] = m, v
        c1, c2 = self.corrections
        p -= self.rate * c2**0.5 / c1 * m / (v.sqrt() + self.epsilon)


class RAdam(Equations):
    """The paper's threshold of 4, and the authors' later code without steps before the adaptive ones."""

    def update(self, p, g, state):
        m, v = self.average(g, state)
        c1, c2 = self.corrections
        longest = 2 / (1 - self.beta2) - 1
        rho = longest - 2 * self.t * self.beta2**self.t / c2
        if rho > self.threshold:
            r = ((rho - 4) * (rho - 2) * longest / ((longest - 4) * (longest - 2) * rho)) ** 0.5
            p -= self.rate * r * c2**0.5 / c1 * m / (v.sqrt() + self.epsilon)
        elif self.warm_up:
            p -= self.rate * m / c1


class Adai(Equations):
    """The authors' rule: Algorithm 2 of the paper, and with dampening their AdaiV2.

    Not pytorch_optimizer's, which keeps v̄ from falling below ε (a lower bound of 10⁻³ on a mean of squared
    gradients that is smaller in most networks); `test_replay.py` compares with it where that does not matter.
    """

    def start(self, p):
        return {"m": torch.zeros_like(p), "v": torch.zeros_like(p), "product": torch.ones_like(p)}

    def prepare(self, gradients):
        total = 0
        for g, state in zip(gradients, self.state):
            state["v"] = self.beta2 * state["v"] + (1 - self.beta2) * g * g
            total = total + (state["v"] / (1 - self.beta2**self.t)).sum()
        self.mean = total / sum(p.numel() for p in self.parameters)

    def update(self, p, g, state):
        d = self.dampening
        ratio = state["v"] / (1 - self.beta2**self.t) / self.mean
        beta1 = (1 - self.beta0 * ratio ** (1 / (3 - 2 * d))).clamp(0, 1 - self.epsilon)
        state["product"] = state["product"] * beta1
        state["m"] = beta1 * state["m"] + (1 - beta1) ** d * g
        p -= self.rate * self.beta0 ** (1 - d) * state["m"] / (1 - state["product"])


def zero_momentum(optimizer, parameters):
    """PyTorch starts the buffer with the first gradient, undampened; started at 0 it follows the equation."""
    for p in parameters:
        optimizer.state[p]["momentum_buffer"] = torch.zeros_like(p)


def without_inner_epsilon(optimizer):
    """pytorch_optimizer adds 10⁻¹⁵ to v inside AdaBound's root; the authors' code does not."""
    optimizer.apply_ams_bound = functools.partial(type(optimizer).apply_ams_bound, exp_avg_sq_eps=0)


def start_yogi(optimizer, parameters, accumulator):
    """pytorch_optimizer starts Yogi's m at `initial_accumulator` as well as v; the paper and TensorFlow start it at 0."""
    for p in parameters:
        optimizer.state[p]["exp_avg"] = torch.zeros_like(p)
        optimizer.state[p]["exp_avg_sq"] = torch.full_like(p, accumulator)


def reference(name, values, parameters):
    get = values.get
    rate, decay = values["learning_rate"], values["weight_decay"]
    kind = get("weight_decay_kind", {"adamw": "decoupled", "adaiw": "decoupled", "adai_v2": "decoupled"}.get(name, "coupled"))
    betas = get("beta1", 0.9), get("beta2", 0.999)
    adam = {"beta1": betas[0], "beta2": betas[1], "weight_decay_kind": kind}
    torch_options = {"lr": rate, "weight_decay": decay, "foreach": False}
    options = {
        "lr": rate,
        "betas": betas,
        # A decay by the schedule alone is one by the rate with λ / η for λ.
        "weight_decay": decay / rate if kind == "decoupled_by_schedule" else decay,
        "weight_decouple": kind != "coupled",
        "foreach": False,
    }

    if name == "sgd":
        return Library(torch.optim.SGD(parameters, **torch_options), rate)
    if name in ("momentum", "nesterov"):
        dampening, nesterov = get("dampening", 0), name == "nesterov"
        optimizer = torch.optim.SGD(
            parameters, momentum=get("momentum", 0.9), dampening=dampening, nesterov=nesterov, **torch_options)
        if dampening:
            zero_momentum(optimizer, parameters)
        return Library(optimizer, rate)
    if name in ("adam", "adamw"):
        if get("epsilon_hat") or get("epsilon_root"):
            return Adam(parameters, values, {**adam, "epsilon": 1e-8, "epsilon_root": 0, "epsilon_hat": False})
        torch_options["weight_decay"] = options["weight_decay"]
        optimizer = torch.optim.AdamW if name == "adamw" else torch.optim.Adam
        return Library(optimizer(parameters, betas=betas, eps=get("epsilon", 1e-8), **torch_options), rate)
    if name == "amsgrad":
        if get("correct_first") or not get("bias_correction", True):
            return AMSGrad(parameters, values, {**adam, "epsilon": 1e-8})
        torch_options["weight_decay"] = options["weight_decay"]
        return Library(
            torch.optim.Adam(
                parameters, betas=betas, eps=get("epsilon", 1e-8), amsgrad=True,
                decoupled_weight_decay=kind != "coupled", **torch_options),
            rate)
    if name == "radam":
        if "threshold" in values or "warm_up" in values:
            return RAdam(parameters, values, {**adam, "epsilon": 1e-8, "threshold": 5, "warm_up": True})
        torch_options["weight_decay"] = options["weight_decay"]
        return Library(
            torch.optim.RAdam(
                parameters, betas=betas, eps=get("epsilon", 1e-8), decoupled_weight_decay=kind != "coupled",
                **torch_options),
            rate)
    if name == "adabound":
        bounds = {"final_learning_rate": 0.1, "gamma": 1e-3}
        if not get("bias_correction", True):
            return AdaBound(parameters, values, {**adam, **bounds, "epsilon": 1e-8})
        optimizer = pytorch_optimizer.AdaBound(
            parameters, final_lr=get("final_learning_rate", 0.1), gamma=get("gamma", 1e-3),
            ams_bound=get("amsbound", False), eps=get("epsilon", 1e-8), **options)
        without_inner_epsilon(optimizer)
        return Library(optimizer, rate)
    if name == "padam":
        # pytorch_optimizer's has no maximum and always corrects.
        if get("amsgrad", True) or not get("bias_correction", True):
            return Padam(parameters, values, {**adam, "epsilon": 1e-8, "partial": 0.25})
        return Library(
            pytorch_optimizer.PAdam(
                parameters, partial=get("partial", 0.25), eps=get("epsilon", 1e-8), **options), rate)
    if name == "yogi":
        if get("epsilon_hat") or not get("bias_correction", True):
            return Yogi(parameters, values, {**adam, "epsilon": 1e-3, "initial_accumulator": 1e-6})
        optimizer = pytorch_optimizer.Yogi(parameters, eps=get("epsilon", 1e-3), **options)
        start_yogi(optimizer, parameters, get("initial_accumulator", 1e-6))
        return Library(optimizer, rate)
    if name == "adabelief":
        # One ε for both places, as everywhere but here.
        epsilon = get("epsilon", 1e-16)
        assert get("epsilon_root", 1e-16) == epsilon
        return Library(
            pytorch_optimizer.AdaBelief(parameters, eps=epsilon, rectify=get("rectified", False), **options), rate)
    if name in ("adai", "adaiw", "adai_v2"):
        defaults = {"beta0": 0.1, "beta2": 0.99, "epsilon": 1e-3, "dampening": 1, "weight_decay_kind": kind}
        return Adai(parameters, values, defaults)
    raise ValueError(name)
