"""Makes the HDF5 files of images beside it: two that are to be read, and some that are to be refused.

python make_files.py FOLDER
"""

import os
import pathlib
import sys

import h5py
import numpy as np


def part(file, name, images, labels, **options):
    group = file.require_group(name)
    group.create_dataset("images", data=images, **options)
    group.create_dataset("labels", data=labels)


def numbers(shape, seed):
    """Bytes without a pattern, the same everywhere."""
    count = int(np.prod(shape))
    values = (np.arange(count, dtype=np.uint64) + np.uint64(seed)) * np.uint64(2654435761)
    return ((values >> np.uint64(9)) & np.uint64(255)).astype(np.uint8).reshape(shape)


TRAIN, TEST = numbers((6, 5, 4, 3), 1), numbers((3, 5, 4, 3), 1000)
TRAIN_LABELS, TEST_LABELS = [0, 1, 2, 0, 1, 2], [2, 1, 0]


def make(folder):
    folder = pathlib.Path(folder)

    def new(name, newest="v108"):
        return h5py.File(folder / f"{name}.h5", "w", libver=("earliest", newest))

    with new("color") as file:
        part(file, "train", TRAIN, TRAIN_LABELS, compression="gzip", shuffle=True, fletcher32=True)
        part(file, "test", TEST, TEST_LABELS)
    with new("grey") as file:
        part(file, "train", TRAIN[..., 0], np.uint8(TRAIN_LABELS))
        part(file, "test", TEST[..., 0], np.uint8(TEST_LABELS))
        file.attrs.update({"classes": 10, "mean": [0.25], "sd": [0.5]})

    def spoilt(name, newest="v108"):
        file = new(name, newest)
        part(file, "test", TEST, TEST_LABELS)
        return file

    with spoilt("soft-loop") as file:
        file["train"], file["other"] = h5py.SoftLink("/other"), h5py.SoftLink("/train")
    with spoilt("hard-loop") as file:
        group = file.create_group("train")
        group["train"] = group["images"] = group["labels"] = group
    with spoilt("external-link") as file:
        file["train"] = h5py.ExternalLink("color.h5", "/train")
    with spoilt("external-storage") as file:
        part(file, "train", TRAIN, TRAIN_LABELS)
        del file["train/images"]
        file.create_dataset(
            "train/images", TRAIN.shape, np.uint8, external=[("color.h5", 0, TRAIN.size)])
    with spoilt("virtual", newest="v110") as file:
        part(file, "train", TRAIN, TRAIN_LABELS)
        del file["train/images"]
        layout = h5py.VirtualLayout(TRAIN.shape, np.uint8)
        layout[:] = h5py.VirtualSource("color.h5", "train/images", TRAIN.shape)
        file.create_virtual_dataset("train/images", layout)
    with spoilt("huge") as file:
        file.create_dataset("train/images", (1 << 40, 1 << 10, 1 << 10), np.uint8, chunks=(1, 8, 8))
        file["train/labels"] = TRAIN_LABELS
    with spoilt("chunk") as file:
        file.create_dataset(
            "train/images", (100, 1000, 1000), np.uint8, chunks=(100, 1000, 1000), compression="gzip")
        file["train/labels"] = TRAIN_LABELS
    with spoilt("filter") as file:
        part(file, "train", TRAIN, TRAIN_LABELS, compression="lzf")
    with spoilt("float") as file:
        part(file, "train", TRAIN / 255, TRAIN_LABELS)
    with spoilt("label") as file:
        part(file, "train", TRAIN, [0, 1, 2, 0, -1, 2])
    with spoilt("test-label") as file:
        part(file, "train", TRAIN, [0, 1, 1, 0, 1, 1])
    with spoilt("count") as file:
        part(file, "train", TRAIN, TRAIN_LABELS[:5])
    with new("channels-first") as file:
        for name, images, labels in [("train", TRAIN, TRAIN_LABELS), ("test", TEST, TEST_LABELS)]:
            part(file, name, np.repeat(images, 2, axis=2).transpose(0, 3, 1, 2), labels)
    with new("scale") as file:
        part(file, "train", TRAIN[..., 0], TRAIN_LABELS)
        part(file, "test", TEST[..., 0], TEST_LABELS)
        file.attrs.update({"mean": [72.9], "sd": [90.0]})
    with spoilt("shape") as file:
        part(file, "train", TRAIN[:, :4], TRAIN_LABELS)
    with spoilt("constant") as file:
        part(file, "train", 0 * TRAIN, TRAIN_LABELS)
    with spoilt("missing") as file:
        file.create_group("train")["images"] = TRAIN
    whole = (folder / "color.h5").read_bytes()
    (folder / "truncated.h5").write_bytes(whole[: len(whole) // 2])
    (folder / "text.h5").write_text("This is not HDF5.\n")


if __name__ == "__main__":
    make(sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(__file__))
