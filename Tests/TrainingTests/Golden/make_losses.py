"""Makes losses.json: the first 50 training losses of each network in PyTorch, in float64 and float32.

    python Tests/TrainingTests/Golden/make_losses.py

The first 1,600 training images of Fashion-MNIST, batches of 32 in the order of epoch 1 at seed 0, no
augmentation; momentum with learning rate 0.1 and weight decay 5e-4; initial weights from seed 0. Weights
and pixels are rounded to float32 first in the float32 run; in the float64 run the weights are those float32
values widened, the pixels (x/255 - mean)/sd are not rounded.

    {"torch": version,
     "losses": {network: {"float64": [50 mean cross-entropies], "float32": [50]}}}

with the networks mlp (hidden: [256]), lenet, resnet8, and resnet18 of width 8. Losses of deeper ones part in
float64 too, from roundings alone.
"""

import json
import pathlib
import sys

import torch

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parents[1] / "Interop"))

import fashion_mnist  # noqa: E402
import torch_networks  # noqa: E402
from streams import RandomStream  # noqa: E402

SEED, COUNT, BATCH, STEPS = 0, 1600, 32, 50
NETWORKS = torch_networks.NETWORKS | {"resnet18": lambda: torch_networks.resnet18(width=8)}


def losses(name, dtype):
    module = NETWORKS[name]()
    torch_networks.initialize(module, SEED)
    module.to(dtype).train()
    pixels, labels = fashion_mnist.images("train", COUNT)
    pixels, labels = torch.from_numpy(pixels).to(dtype), torch.from_numpy(labels)
    order = torch.tensor(RandomStream(SEED, "order", index=1).permutation(COUNT))
    optimizer = torch.optim.SGD(module.parameters(), lr=0.1, momentum=0.9, weight_decay=5e-4)
    result = []
    for step in range(STEPS):
        batch = order[step * BATCH : (step + 1) * BATCH]
        loss = torch.nn.functional.cross_entropy(module(pixels[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        result.append(loss.item())
    return result


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    table = {
        name: {"float64": losses(name, torch.float64), "float32": losses(name, torch.float32)}
        for name in NETWORKS
    }
    text = json.dumps({"torch": torch.__version__.split("+")[0], "losses": table}, indent=1)
    (here / "losses.json").write_text(text + "\n")
