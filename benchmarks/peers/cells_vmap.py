"""A grid of small networks in PyTorch as one computation: `torch.func` with `vmap` over the cells.

    python peers/cells_vmap.py plan.json THREADS

The plan is that of peers/grid.py, its cells every learning rate at every seed, the learning rates fastest, all
of momentum with one weight decay, without a schedule. Cells of a seed share their batches, so the network runs
under two maps: over seeds, each with its images, and over learning rates, which share them.
"""

import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = sys.argv[2]

import fashion_mnist  # noqa: E402
import torch  # noqa: E402
import torch_networks  # noqa: E402
from torch.func import functional_call, grad_and_value, stack_module_state, vmap  # noqa: E402

from peers import grid  # noqa: E402

MOMENTUM = 0.9
EVALUATION_BATCH = 1000


def images(part, count):
    pixels, labels = fashion_mnist.images(part, count)
    return torch.from_numpy(pixels).float(), torch.from_numpy(labels)


def main():
    torch.set_num_threads(int(sys.argv[2]))
    plan = grid.read_plan(sys.argv[1])
    cells = [grid.Cell(plan, number) for number in range(len(plan["cells"]))]
    seeds = sorted({cell.settings["seed"] for cell in cells})
    rates = sorted({cell.settings["learning_rate"] for cell in cells})
    decay = cells[0].settings["weight_decay"]
    (pixels, labels), test = images("train", plan["train"]), images("t10k", plan["test"])
    began = time.time()

    modules = []
    for seed in seeds:
        torch.manual_seed(seed)
        modules.append(torch_networks.mlp(plan["hidden"]))
    module = modules[0]
    # seeds × learning rates × shape
    theta = {
        name: stacked.detach().unsqueeze(1).repeat(1, len(rates), *[1] * (stacked.dim() - 1))
        for name, stacked in stack_module_state(modules)[0].items()
    }
    velocity = {name: torch.zeros_like(value) for name, value in theta.items()}
    orders = [torch.Generator().manual_seed(seed) for seed in seeds]

    def loss_of(parameters, x, y):
        outputs = functional_call(module, parameters, (x,))
        return torch.nn.functional.cross_entropy(outputs, y), outputs

    def both(function):
        return vmap(vmap(function, in_dims=(0, None, None)), in_dims=(0, 0, 0))

    step = both(grad_and_value(loss_of, has_aux=True))
    evaluate = vmap(vmap(loss_of, in_dims=(0, None, None)), in_dims=(0, None, None))
    rate = torch.tensor(rates)

    for _ in range(plan["epochs"]):
        sums = torch.zeros(4, len(seeds), len(rates), dtype=torch.float64)
        order = torch.stack([torch.randperm(len(labels), generator=g) for g in orders])
        for indices in order.split(plan["batch"], dim=1):
            x, y = pixels[indices], labels[indices]
            gradient, (loss, outputs) = step(theta, x, y)
            for name, value in theta.items():
                velocity[name].mul_(MOMENTUM).add_(gradient[name]).add_(value, alpha=decay)
                value.addcmul_(rate.view(1, -1, *[1] * (value.dim() - 2)), velocity[name], value=-1)
            sums[0] += loss.double() * indices.shape[1]
            sums[1] += (outputs.argmax(-1) != y.unsqueeze(1)).sum(-1)
        with torch.no_grad():
            for x, y in zip(*(tensor.split(EVALUATION_BATCH) for tensor in test)):
                loss, outputs = evaluate(theta, x, y)
                sums[2] += loss.double() * len(y)
                sums[3] += (outputs.argmax(-1) != y).sum(-1)
        for counts, size in [(sums[:2], len(labels)), (sums[2:], len(test[1]))]:
            counts /= size
        for cell in cells:
            at = seeds.index(cell.settings["seed"]), rates.index(cell.settings["learning_rate"])
            if not cell.diverged:
                cell.finish_epoch(*(sums[k][at].item() for k in range(4)))
    errors = []
    for cell in cells:
        at = seeds.index(cell.settings["seed"]), rates.index(cell.settings["learning_rate"])
        module.load_state_dict({name: value[at] for name, value in theta.items()})
        errors.append(cell.save(module))
    grid.answer(began, errors)


if __name__ == "__main__":
    main()
