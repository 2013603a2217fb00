"""Training steps in PyTorch: forward, backward and momentum, on the images of noise.

    python peers/steps.py resnet8 1x28x28 128 1

on images of a shape, so many a batch, with so many threads.

Reads requests from standard input and answers each with a line of JSON, so that one process keeps what it has
compiled while the two sides take turns:

    {"variant": "channels_last", "rate": 0.01, "warm_up": 3, "steps": 20, "dtype": "float32"}
    {"seconds": [20 numbers], "losses": [23 numbers], "preparing": seconds until the first step's end}

Variants: `default`, as one writes it; `channels_last`, with that memory layout and the fused optimizer;
`compiled`, that through torch.compile.
"""

import json
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = sys.argv[4]

import torch  # noqa: E402
import torch_networks  # noqa: E402
from peers import noise  # noqa: E402

MOMENTUM, WEIGHT_DECAY = 0.9, 5e-4


class Trainer:
    def __init__(self, network, shape, batch):
        self.network, self.shape, self.batch = network, shape, batch
        self.modules, self.functions = {}, {}
        self.start = torch_networks.make(network, shape)
        torch_networks.initialize(self.start, 0)

    def prepare(self, variant, dtype):
        """The module of a variant with the initial weights, and the function that calls it."""
        key = variant, dtype
        if key not in self.modules:
            module = torch_networks.make(self.network, self.shape).to(dtype)
            if variant != "default":
                module = module.to(memory_format=torch.channels_last)
            self.modules[key] = module
            self.functions[key] = torch.compile(module) if variant == "compiled" else module
        self.modules[key].load_state_dict(self.start.state_dict())
        return self.modules[key].train(), self.functions[key]

    def run(self, variant, rate, warm_up, steps, dtype="float32"):
        dtype = getattr(torch, dtype)
        begun = time.perf_counter()
        module, function = self.prepare(variant, dtype)
        optimizer = torch.optim.SGD(
            module.parameters(), lr=rate, momentum=MOMENTUM, weight_decay=WEIGHT_DECAY,
            **({} if variant == "default" else {"fused": True}))
        pixels, labels, order = noise.batches(self.shape, self.batch, warm_up + steps)
        pixels, labels = torch.from_numpy(pixels).to(dtype), torch.from_numpy(labels)
        if variant != "default":
            pixels = pixels.contiguous(memory_format=torch.channels_last)
        order = torch.from_numpy(order)
        seconds, losses, preparing = [], [], None
        for step in range(warm_up + steps):
            start = time.perf_counter()
            indices = order[step % len(order)]
            loss = torch.nn.functional.cross_entropy(function(pixels[indices]), labels[indices])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            end = time.perf_counter()
            seconds.append(end - start)
            preparing = preparing or end - begun
        return {"seconds": seconds[warm_up:], "losses": losses, "preparing": preparing}


def main():
    network, shape, batch, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    trainer = Trainer(network, tuple(map(int, shape.split("x"))), int(batch))
    for line in sys.stdin:
        try:
            answer = trainer.run(**json.loads(line))
        except Exception as error:  # torch.compile needs a C++ compiler and more; the caller says so
            answer = {"error": f"{type(error).__name__}: {error}".splitlines()[0][:300]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
