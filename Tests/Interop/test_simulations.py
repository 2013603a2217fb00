"""Records of simulations: what xarray sees in them, and their digest computed anew from the documented format."""

import hashlib
import struct
import subprocess

import h5py
import numpy as np
import pytest
import xarray

STUDY = """
study: interop-saddle
kind: saddle
saddle: {curvatures: [-0.5, 0.1], batch: [4, 16], times: [1, 10, 50], warmup: 20, replicas: 3000}
seeds: [0]
optimizers:
  - {name: sgd, learning_rate: 0.1, weight_decay: 0}
  - {name: momentum, learning_rate: 0.01, weight_decay: 0}
"""


@pytest.fixture(scope="module")
def simulated(inertia, tmp_path_factory):
    folder = tmp_path_factory.mktemp("simulations")
    (folder / "study.yaml").write_text(STUDY)
    subprocess.run([inertia, "run", folder / "study.yaml", "--results", folder], check=True)
    paths = sorted(folder.glob("cells/*/*.h5"))
    assert len(paths) == 2
    return paths


def text(value):
    return struct.pack("<I", len(value.encode())) + value.encode()


def doubles(values):
    values = np.asarray(values, "<f8")
    bits = values.ravel().view("<u8").copy()
    bits[np.isnan(values).ravel()] = 0x7FF8000000000000
    return bits.tobytes()


def measurements_sha256(file):
    run = b""
    for name in file["measurements"].attrs["names"]:
        group = file["measurements"][name]
        facts = sorted((key[5:], value) for key, value in group.attrs.items()
                       if key.startswith("fact_"))
        run += text(name) + struct.pack("<I", len(facts))
        run += b"".join(text(key) + text(value) for key, value in facts)
        run += struct.pack("<I", len(group.attrs["dimensions"]))
        for dimension in group.attrs["dimensions"]:
            values = group[dimension][()]
            run += text(dimension) + text(group[dimension].attrs["units"])
            run += struct.pack("<Q", len(values)) + doubles(values)
        run += struct.pack("<I", len(group.attrs["variables"]))
        for variable in group.attrs["variables"]:
            attributes = group[variable].attrs
            run += text(variable) + text(attributes["units"])
            run += struct.pack("<I", len(attributes["dimensions"]))
            run += b"".join(text(dimension) for dimension in attributes["dimensions"])
            run += doubles(group[variable][()])
    return hashlib.sha256(run).hexdigest()


def test_the_digest_is_as_documented(simulated):
    for path in simulated:
        with h5py.File(path) as file:
            run = text("completed") + struct.pack("<IQQ", 0, 0, 0)
            run += text(measurements_sha256(file))
            assert file.attrs["metrics_sha256"] == hashlib.sha256(run).hexdigest()
            assert file.attrs["weights_sha256"] == "-"


def test_a_measurement_opens_with_xarray(simulated):
    for path in simulated:
        with xarray.open_dataset(path, group="measurements/saddle", engine="h5netcdf") as data:
            assert data.mean_square.dims == ("batch", "time", "direction")
            assert data.direction.values.tolist() == [-0.5, 0.1]
            # Noise is |H|/B, so the displacement along a direction falls as 1/B.
            ratio = data.mean_square.sel(batch=4, time=1) / data.mean_square.sel(batch=16, time=1)
            assert np.allclose(ratio, 4, rtol=0.3)
