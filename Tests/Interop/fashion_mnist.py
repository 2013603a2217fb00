"""Fashion-MNIST as Debian's package dataset-fashion-mnist has it."""

import gzip
import os

import numpy as np

MEAN, STANDARD_DEVIATION = 0.2860, 0.3530
FOLDERS = ["/usr/share/datasets/fashion-mnist"]
if os.environ.get("INERTIA_DATA"):
    FOLDERS.insert(0, os.path.join(os.environ["INERTIA_DATA"], "fashion-mnist"))


def read_idx(name):
    """The array in a gzipped IDX file."""
    paths = [os.path.join(folder, name + ".gz") for folder in FOLDERS]
    path = next(filter(os.path.exists, paths), paths[-1])
    with gzip.open(path) as file:
        header = file.read(4)
        shape = [int.from_bytes(file.read(4), "big") for _ in range(header[3])]
        return np.frombuffer(file.read(), dtype=np.uint8).reshape(shape)


def images(part, count, mean=MEAN, standard_deviation=STANDARD_DEVIATION):
    """The first images of a part, "train" or "t10k": float64 (count, 1, 28, 28), and int64 labels."""
    pixels = read_idx(f"{part}-images-idx3-ubyte")[:count].astype(np.float64)
    labels = read_idx(f"{part}-labels-idx1-ubyte")[:count].astype(np.int64)
    return ((pixels / 255 - mean) / standard_deviation)[:, np.newaxis], labels
