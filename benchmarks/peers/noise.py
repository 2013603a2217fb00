"""The images of noise that `inertia benchmark steps` times on (Sources/inertia/Benchmarking/NoiseImages.swift)."""

import numpy as np
from streams import RandomStream

MEAN, STANDARD_DEVIATION, CLASSES = 0.5, 0.25, 10
INDEX = 3


def images(shape, count):
    """`count` images of a shape (channels, height, width): float64 (count, *shape), and int64 labels."""
    channels, height, width = shape
    size = channels * height * width * count
    words = RandomStream(0, "synthetic", index=INDEX).words((size + 3) // 4)
    pixels = words.astype("<u4").view(np.uint8)[:size].reshape(count, height, width, channels)
    labels = RandomStream(0, "synthetic", index=INDEX, subindex=1).words(count) % CLASSES
    scaled = (pixels.transpose(0, 3, 1, 2) / 255 - MEAN) / STANDARD_DEVIATION
    return np.ascontiguousarray(scaled), labels.astype(np.int64)


def batches(shape, batch, steps):
    """The batches of a timed run's first epoch in its order, as many as it has."""
    count = batch * (min(steps, 19) + 1)
    pixels, labels = images(shape, count)
    order = np.array(RandomStream(0, "order", index=1).permutation(count)).reshape(-1, batch)
    return pixels, labels, order
