"""Fashion-MNIST as Debian's package dataset-fashion-mnist has it."""

import gzip
import os

import numpy as np

FOLDER = os.environ.get("INERTIA_DATA", "/usr/share/datasets/fashion-mnist")
MEAN, STANDARD_DEVIATION = 0.2860, 0.3530


def read_idx(name):
    for folder in (FOLDER, os.path.join(FOLDER, "fashion-mnist"), "/usr/share/datasets/fashion-mnist"):
        path = os.path.join(folder, name + ".gz")
        if os.path.exists(path):
            break
    with gzip.open(path) as file:
        header = file.read(4)
        shape = [int.from_bytes(file.read(4), "big") for _ in range(header[3])]
        return np.frombuffer(file.read(), dtype=np.uint8).reshape(shape)


def images(part, count, mean=MEAN, standard_deviation=STANDARD_DEVIATION):
    """The first images of a part, "train" or "t10k": float64 (count, 1, 28, 28), and int64 labels."""
    pixels = read_idx(f"{part}-images-idx3-ubyte")[:count].astype(np.float64)
    labels = read_idx(f"{part}-labels-idx1-ubyte")[:count].astype(np.int64)
    return ((pixels / 255 - mean) / standard_deviation)[:, np.newaxis], labels
