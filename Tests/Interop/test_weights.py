"""The weights of trained cells, loaded into the equivalent PyTorch networks, make the same predictions."""

import json

import fashion_mnist
import h5py
import numpy as np
import pytest
import torch
import torch_networks


def weights(record):
    """The tensors under /weights by PyTorch's names: group, dot, dataset."""
    tensors = {}

    def visit(path, item):
        if isinstance(item, h5py.Dataset):
            tensors[path.replace("/", ".")] = torch.from_numpy(item[()])

    record["weights"].visititems(visit)
    return tensors


def predictions(module, pixels):
    with torch.no_grad():
        return torch.cat([module(batch).argmax(1) for batch in pixels.split(500)]).numpy()


@pytest.mark.parametrize("network", ["lenet", "resnet8"])
def test_same_predictions(results, network):
    checked = 0
    for path in sorted(results.glob("cells/*/*.h5")):
        with h5py.File(path) as record:
            cell = json.loads(record.attrs["cell"])
            if cell["network"]["name"] != network:
                continue
            assert record.attrs["id"] == path.stem
            module = torch_networks.NETWORKS[network]()
            missing, unexpected = module.load_state_dict(weights(record), strict=False)
            error = float(record.attrs["final_test_error"])
            packed = record["test_correct/final"][()]
        # The count of batches seen is PyTorch's own, and only used without a momentum.
        assert all(name.endswith(".num_batches_tracked") for name in missing)
        assert unexpected == []

        data = cell["dataset"]
        pixels, labels = fashion_mnist.images("t10k", data["test"], data["mean"][0], data["sd"][0])
        module.eval()
        found = predictions(module, torch.from_numpy(pixels.astype(np.float32)))
        correct = found == labels
        assert abs((1 - correct.mean()) - error) <= 1.5 / 10_000
        ours = np.unpackbits(packed)[: len(labels)].astype(bool)
        assert np.count_nonzero(ours != correct) <= 1
        assert error < 0.5, "a network that has learned nothing proves nothing"
        checked += 1
    assert checked == 2
