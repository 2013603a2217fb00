"""Makes layers.json: what each kind of layer gives, and its gradients, by PyTorch's autograd in float64.

    python Tests/TrainingTests/Golden/make_layers.py

    {"torch": version, "cases": [case, ...]}

A case has the keys

    kind       linear, convolution, maxPool, averagePool, globalAveragePool, batchNorm, relu, add,
               concatenate, dropout or crossEntropy
    name       what tells it from the others of its kind
    batch      the number of samples N
    inputs     the shape [channels, height, width] of each input, for one sample
    outputs    output channels                     (linear, convolution; crossEntropy: the classes)
    kernel, stride, padding                        (convolution, maxPool, averagePool)
    bias       whether there is one                (convolution)
    training   whether in training mode            (batchNorm; epsilon 1e-5, momentum 0.1)
    probability  p of dropping                     (dropout)
    offset, scale  of the first input              (all)
    y          the output
    dx         a list of the gradient of each input
    dw, db     the gradients of weight and bias    (linear, convolution, batchNorm; db null without bias)
    running_mean, running_var  after the pass      (batchNorm)

and a key that does not apply is absent. All arrays are flat and row-major in PyTorch's order: images
N x channels x height x width, convolution weights out x in x kernel x kernel, linear weights out x in.
Numbers are written so that reading them gives the same float64.

Inputs, weights and the gradient that comes from above are not stored: element k (from 0) of the flat tensor
number s is

    v(s, k) = ((k * 7919 + s * 104729) mod 2003) / 1001.0 - 1

    s = 0, 1, 2  the inputs in order; the first is offset + scale * v(0, k)
    s = 10, 11   weight and bias (batchNorm: gamma and beta)
    s = 12, 13   running mean, and running variance as v + 1.5, before the pass
    s = 20       the gradient with respect to y (crossEntropy: it is 1, and y is the mean loss)
    s = 30       dropout keeps element k if v(30, k) >= 2p - 1

The labels of crossEntropy are (7 k + 3) mod classes. Inputs of maxPool have no ties. ReLU's gradient at 0
is 0.
"""

import json
import pathlib

import torch
from torch.nn import functional as F


def values(s, *shape):
    count = torch.Size(shape).numel()
    numbers = (torch.arange(count) * 7919 + s * 104729) % 2003
    return (numbers.to(torch.float64) / 1001.0 - 1).reshape(shape)


def flat(tensor):
    return tensor.detach().reshape(-1).tolist()


def case(kind, name, batch, inputs, *, offset=0.0, scale=1.0, **options):
    xs = [values(s, batch, *shape) for s, shape in enumerate(inputs)]
    xs[0] = offset + scale * xs[0]
    for x in xs:
        x.requires_grad_(True)
    x = xs[0]
    channels = inputs[0][0]
    result = {"kind": kind, "name": name, "batch": batch, "inputs": inputs}
    result |= {"offset": offset, "scale": scale} | options
    weight = bias = None
    if kind == "linear":
        weight, bias = values(10, options["outputs"], channels), values(11, options["outputs"])
    elif kind == "convolution":
        weight = values(10, options["outputs"], channels, options["kernel"], options["kernel"])
        bias = values(11, options["outputs"]) if options["bias"] else None
    elif kind == "batchNorm":
        weight, bias = values(10, channels), values(11, channels)
        mean, variance = values(12, channels), values(13, channels) + 1.5
    for parameter in (weight, bias):
        if parameter is not None:
            parameter.requires_grad_(True)

    window = [options.get(key) for key in ("kernel", "stride", "padding")]
    match kind:
        case "linear":
            y = F.linear(x.flatten(1), weight, bias)
        case "convolution":
            y = F.conv2d(x, weight, bias, *window[1:])
        case "maxPool":
            assert x.unique().numel() == x.numel()
            y = F.max_pool2d(x, *window)
        case "averagePool":
            y = F.avg_pool2d(x, *window)
        case "globalAveragePool":
            y = x.mean((2, 3), keepdim=True)
        case "batchNorm":
            y = F.batch_norm(x, mean, variance, weight, bias, options["training"], 0.1, 1e-5)
            result |= {"running_mean": flat(mean), "running_var": flat(variance)}
        case "relu":
            y = F.relu(x)
        case "add":
            y = xs[0] + xs[1]
        case "concatenate":
            y = torch.cat(xs, 1)
        case "dropout":
            p = options["probability"]
            y = x * (values(30, *x.shape) >= 2 * p - 1) / (1 - p)
        case "crossEntropy":
            labels = (7 * torch.arange(batch) + 3) % options["outputs"]
            y = F.cross_entropy(x.flatten(1), labels)
    y.backward(torch.ones_like(y) if kind == "crossEntropy" else values(20, *y.shape))
    result |= {"y": flat(y), "dx": [flat(x.grad) for x in xs]}
    if weight is not None:
        result |= {"dw": flat(weight.grad), "db": None if bias is None else flat(bias.grad)}
    return result


def window_case(kind, batch, shape, kernel, stride, padding, **options):
    text = f"{shape[0]}x{shape[1]}x{shape[2]} kernel {kernel} stride {stride} padding {padding}"
    if "outputs" in options:
        text += f" to {options['outputs']}"
    options |= {"kernel": kernel, "stride": stride, "padding": padding}
    return case(kind, text, batch, [list(shape)], **options)


def convolution(batch, shape, outputs, kernel, stride=1, padding=0, bias=True):
    return window_case(
        "convolution", batch, shape, kernel, stride, padding, outputs=outputs, bias=bias)


def cases():
    for batch, inputs, outputs in [(1, 1, 1), (3, 7, 10), (5, 16, 17), (9, 33, 8), (2, 64, 24)]:
        yield case("linear", f"{inputs} to {outputs}", batch, [[inputs, 1, 1]], outputs=outputs)

    yield convolution(2, (1, 9, 9), 6, 5, padding=2)
    yield convolution(2, (6, 7, 8), 16, 5)
    yield convolution(2, (1, 7, 5), 16, 3, padding=1, bias=False)
    yield convolution(2, (16, 5, 6), 16, 3, padding=1, bias=False)
    yield convolution(1, (16, 7, 7), 17, 3, 2, 1, bias=False)
    yield convolution(2, (8, 8, 8), 16, 3, 2, 1, bias=False)
    yield convolution(2, (8, 7, 7), 16, 1, 2, bias=False)
    yield convolution(1, (16, 8, 6), 17, 1, 2, bias=False)
    yield convolution(3, (3, 5, 5), 8, 1)
    yield convolution(2, (3, 4, 4), 8, 1, 1, 1)
    yield convolution(2, (3, 9, 7), 17, 5, 2, 2)
    yield convolution(2, (3, 8, 9), 6, 3, 2)
    yield convolution(2, (17, 5, 5), 3, 3, 1, 2)
    yield convolution(2, (1, 10, 9), 3, 5, 2, 1)
    yield convolution(2, (3, 6, 5), 16, 3)
    yield convolution(2, (3, 3, 3), 6, 5, 1, 2)
    yield convolution(5, (6, 6, 6), 1, 3, 2, 1)
    yield convolution(1, (8, 5, 17), 8, 3, 1, 1)
    yield convolution(1, (1, 1, 1), 1, 1)

    for kind in ("maxPool", "averagePool"):
        yield window_case(kind, 2, (6, 8, 8), 2, 2, 0)
        yield window_case(kind, 2, (3, 7, 9), 2, 2, 0)
        yield window_case(kind, 2, (8, 7, 7), 3, 2, 1)
        yield window_case(kind, 1, (17, 6, 8), 3, 2, 1)
        yield window_case(kind, 2, (16, 5, 6), 3, 1, 1)
    yield case("globalAveragePool", "17x5x3", 3, [[17, 5, 3]])
    yield case("globalAveragePool", "16x7x7", 1, [[16, 7, 7]])

    for training in (True, False):
        mode = "training" if training else "evaluation"
        for batch, shape in [(4, [3, 5, 5]), (2, [16, 4, 4]), (3, [17, 3, 2])]:
            name = f"{shape[0]}x{shape[1]}x{shape[2]} {mode}"
            yield case("batchNorm", name, batch, [shape], training=training)
        yield case(
            "batchNorm", f"far from zero {mode}", 4, [[3, 5, 5]], offset=30.0, training=training)

    yield case("relu", "17x3x5", 2, [[17, 3, 5]])
    yield case("add", "17x3x5", 2, [[17, 3, 5]] * 2)
    yield case("concatenate", "3, 16 and 8 channels", 2, [[3, 3, 5], [16, 3, 5], [8, 3, 5]])
    yield case("concatenate", "16 and 8 channels", 2, [[16, 3, 2], [8, 3, 2]])
    yield case("dropout", "p = 0.4", 2, [[17, 3, 5]], probability=0.4)
    for batch, classes in [(1, 2), (6, 10), (9, 17), (3, 100)]:
        yield case("crossEntropy", f"{classes} classes", batch, [[classes, 1, 1]], outputs=classes)
    yield case("crossEntropy", "large logits", 6, [[10, 1, 1]], scale=800.0, outputs=10)


if __name__ == "__main__":
    torch.set_num_threads(1)
    table = {"torch": torch.__version__.split("+")[0], "cases": list(cases())}
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in table["cases"])
    text = f'{{"torch": "{table["torch"]}", "cases": [\n{lines}\n]}}\n'
    (pathlib.Path(__file__).parent / "layers.json").write_text(text)
