"""Datasets as inertia reads them against readers in NumPy and h5py."""

import gzip
import hashlib
import json
import math
import os
import pathlib
import re
import struct
import subprocess
import sys

import h5py
import numpy as np
import pytest

ROOT = pathlib.Path(__file__).parents[2]
STUDY = """
study: read
dataset: {{{dataset}, train: {train}, test: {test}}}
network: {{name: mlp, hidden: []}}
training: {{epochs: 1, batch: 100}}
seeds: [0]
optimizers: [{{name: sgd, learning_rate: 0.01, weight_decay: 0}}]
"""


def digest(train, train_labels, test, test_labels, classes):
    """The digest of images × height × width × channels and labels, as docs/datasets.md defines it."""
    shape = len(train), len(test), train.shape[3], train.shape[1], train.shape[2], classes
    found = hashlib.sha256(struct.pack("<6Q", *shape))
    for array in (train, train_labels, test, test_labels):
        found.update(np.ascontiguousarray(array, dtype=np.uint8).tobytes())
    return found.hexdigest()


def identity(inertia, folder, dataset, train, test, **environment):
    """What a cell trained on these images says that they are."""
    study = folder / "read.yaml"
    study.write_text(STUDY.format(dataset=dataset, train=train, test=test))
    subprocess.run(
        [inertia, "run", study, "--results", folder / "results"], check=True,
        env={**os.environ, **environment})
    (record,) = (folder / "results/cells").glob("*/*.h5")
    with h5py.File(record) as file:
        return json.loads(file.attrs["cell"])["dataset"]


def random_images(seed, count, shape, classes):
    random = np.random.default_rng(seed)
    return (random.integers(0, 256, (count, *shape), dtype=np.uint8),
            random.integers(0, classes, count, dtype=np.uint8))


# Names of files with how many images each has; labels of an image.
CIFAR = {
    10: ([(f"data_batch_{i}.bin", 10_000) for i in range(1, 6)], ("test_batch.bin", 10_000), 1),
    100: ([("train.bin", 50_000)], ("test.bin", 10_000), 2),
}


@pytest.fixture(params=[10, 100])
def cifar(request, tmp_path):
    """The number of classes, a folder with files of the published lengths, and what is in them."""
    classes = request.param
    folder = tmp_path / f"cifar-{classes}"
    folder.mkdir()
    training, test, labels = CIFAR[classes]
    parts = []
    for seed, (name, count) in enumerate([*training, test]):
        images, fine = random_images(seed, count, (3, 32, 32), classes)
        coarse = random_images(seed + 50, count, (1,), 20)[1]
        before = [coarse[:, None]] if labels == 2 else []
        records = np.concatenate([*before, fine[:, None], images.reshape(count, -1)], axis=1)
        (folder / name).write_bytes(records.tobytes())
        parts.append((images.transpose(0, 2, 3, 1), fine))
    train = [np.concatenate(arrays) for arrays in zip(*parts[:-1])]
    return classes, folder, (*train, *parts[-1])


def test_cifar(inertia, tmp_path, cifar):
    classes, folder, (images, labels, test, test_labels) = cifar
    found = identity(
        inertia, tmp_path, f"name: cifar-{classes}", 12_345, 678, INERTIA_DATA=str(tmp_path))
    assert found["sha256"] == digest(
        images[:12_345], labels[:12_345], test[:678], test_labels[:678], classes)
    assert (found["channels"], found["height"], found["width"]) == (3, 32, 32)


def test_damaged_cifar(inertia, tmp_path, cifar):
    classes, folder, _ = cifar
    name, count = CIFAR[classes][0][-1]
    path, record = folder / name, 3072 + CIFAR[classes][2]
    whole, study = path.read_bytes(), tmp_path / "read.yaml"
    study.write_text(STUDY.format(dataset=f"name: cifar-{classes}", train=50_000, test=10))
    spoilt = bytearray(whole)
    spoilt[7 * record + CIFAR[classes][2] - 1] = classes
    place = 7 * record + CIFAR[classes][2] - 1
    for content, message in [
        (whole[:-1], f"byte {len(whole) - 1}: the file ends here, but announces {len(whole)} bytes"),
        (whole[:-record], f"byte {len(whole) - record}: the file ends here"),
        (whole + b"\0", f"byte {len(whole)}: the file goes on"),
        (spoilt, f"byte {place}: the label {classes} is not in 0 to {classes - 1}"),
    ]:
        path.write_bytes(content)
        done = subprocess.run(
            [inertia, "run", study, "--results", tmp_path / "results"], capture_output=True,
            text=True, env={**os.environ, "INERTIA_DATA": str(tmp_path)})
        assert done.returncode == 1 and f"{path}: {message}" in done.stderr
        assert not (tmp_path / "results").exists()
    path.write_bytes(whole)
    done = subprocess.run(
        [inertia, "data", "verify", f"cifar-{classes}"], capture_output=True, text=True,
        env={**os.environ, "INERTIA_DATA": str(tmp_path)})
    assert done.returncode == 1 and "is not the published file" in done.stderr


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
@pytest.mark.parametrize("compress", [False, True])
def test_idx(inertia, tmp_path, name, compress):
    folder = tmp_path / name
    folder.mkdir()
    arrays = []
    for seed, (part, count) in enumerate([("train", 500), ("t10k", 300)]):
        images, labels = random_images(seed, count, (28, 28, 1), 10)
        arrays += [images[:200], labels[:200]]
        for kind, magic, array, shape in [
            ("images-idx3", 0x803, images, (count, 28, 28)), ("labels-idx1", 0x801, labels, (count,))]:
            content = struct.pack(f">{1 + len(shape)}I", magic, *shape) + array.tobytes()
            path = folder / f"{part}-{kind}-ubyte{'.gz' if compress else ''}"
            path.write_bytes(gzip.compress(content) if compress else content)
    found = identity(inertia, tmp_path, f"name: {name}", 200, 200, INERTIA_DATA=str(tmp_path))
    assert found["sha256"] == digest(*arrays, 10)


@pytest.mark.parametrize("channels", [None, 1, 3])
@pytest.mark.parametrize("options", [{}, {"compression": "gzip", "shuffle": True}, {"chunks": True}])
def test_images_in_hdf5(inertia, tmp_path, channels, options):
    shape = (13, 17) if channels is None else (13, 17, channels)
    arrays = []
    with h5py.File(tmp_path / "own.h5", "w") as file:
        for seed, (part, count) in enumerate([("train", 400), ("test", 150)]):
            images, labels = random_images(seed, count, shape, 7)
            labels[0] = 6
            file.create_dataset(f"{part}/images", data=images, **options)
            file.create_dataset(f"{part}/labels", data=labels.astype(">i4"), **options)
            arrays += [images.reshape(count, 13, 17, channels or 1)[:123], labels[:123]]
    found = identity(inertia, tmp_path, "name: own, file: own.h5", 123, 123)
    assert found["sha256"] == digest(*arrays, 7)
    pixels = arrays[0] / 255
    assert found["mean"] == pytest.approx(pixels.mean((0, 1, 2)), rel=1e-12)
    assert found["sd"] == pytest.approx(pixels.std((0, 1, 2)), rel=1e-12)


def test_the_example_of_the_documentation(inertia, tmp_path):
    text = (ROOT / "docs/datasets.md").read_text()
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(example.strip().splitlines()) <= 10
    subprocess.run([sys.executable, "-c", example], cwd=tmp_path, check=True)
    with h5py.File(tmp_path / "mine.h5") as file:
        arrays = [file[f"{part}/{kind}"][()] for part in ("train", "test") for kind in ("images", "labels")]
    done = subprocess.run(
        [inertia, "data", "verify", "mine.h5"], cwd=tmp_path, check=True, capture_output=True, text=True)
    classes = int(arrays[1].max()) + 1
    assert re.findall(r"SHA-256 (\w+)", done.stdout) == [digest(*arrays, classes)]


def test_files_of_the_tests(tmp_path):
    """The files that the Swift tests read are what their script makes."""
    folder = ROOT / "Tests/CommandTests/ImageFiles"
    subprocess.run([sys.executable, folder / "make_files.py", tmp_path], check=True)
    def files(place):
        # HDF5 leaves bytes of a virtual dataset's file as memory happened to be.
        return {path.name: path.name != "virtual.h5" and path.read_bytes()
                for path in place.glob("*.h5")}

    assert files(tmp_path) == files(folder)


@pytest.mark.parametrize("attributes, message", [
    ({"mean": [0.5]}, "there is one without the other"),
    ({"sd": [0.5]}, "there is one without the other"),
    ({"mean": [math.nan], "sd": [1.0]}, "they are not all numbers"),
    ({"mean": [0.5], "sd": [math.inf]}, "they are not all numbers"),
])
def test_normalisation_of_own_images_is_numbers(inertia, tmp_path, attributes, message):
    with h5py.File(tmp_path / "mine.h5", "w") as file:
        for part in ("train", "test"):
            file[f"{part}/images"] = np.zeros((3, 4, 4), np.uint8)
            file[f"{part}/labels"] = np.arange(3)
        file.attrs.update(attributes)
    found = subprocess.run([inertia, "data", "verify", tmp_path / "mine.h5"], capture_output=True, text=True)
    assert found.returncode not in (0, 132, 133) and message in found.stderr
    assert len(found.stderr.splitlines()) == 1
