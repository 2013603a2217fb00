"""Records and study files as h5py and xarray see them."""

import time

import h5py
import numpy
import pytest
import xarray

ENGINES = ["netcdf4", "h5netcdf"]


@pytest.fixture(scope="session")
def records(results, thousands):
    """The paths of some records: of real networks, and of many small cells, some of which diverged."""
    paths = sorted(results.glob("cells/??/*.h5")) + sorted(thousands.glob("cells/??/*.h5"))[:200]
    outcomes = set()
    for path in paths:
        with h5py.File(path) as file:
            outcomes.add(file.attrs["outcome"])
    assert outcomes == {"completed", "diverged"}
    return paths


@pytest.fixture(scope="session")
def study_files(results, thousands):
    """The paths of the study files."""
    paths = sorted(results.glob("*/study.h5")) + sorted(thousands.glob("*/study.h5"))
    assert len(paths) == 3
    return paths


def labels(path):
    with h5py.File(path) as file:
        return list(file)


def test_a_record_opens_with_h5py(records):
    for path in records:
        with h5py.File(path) as file:
            assert file.userblock_size == 512
            for name in ("id", "cell", "outcome", "weights_sha256", "metrics_sha256"):
                assert type(file.attrs[name]) is str, name
            assert file.attrs["id"] == path.stem
            assert file.attrs["outcome"] in ("completed", "diverged")
            completed = file.attrs["outcome"] == "completed"
            assert numpy.isnan(file.attrs["final_test_error"]) != completed
            assert (file.attrs["weights_sha256"] == "-") != completed
            for curve in file["curves"].values():
                assert curve.dtype == "<f8" and curve.ndim == 1
                assert type(curve.attrs["units"]) is str and type(curve.attrs["description"]) is str
            assert file["test_correct/final"].dtype == "u1"
            assert all(type(value) is str for value in file["provenance"].attrs.values())


def test_weights_are_found_by_pytorch_names(records):
    found = 0
    for path in records:
        with h5py.File(path) as file:
            if "weights" not in file:
                continue
            names = list(file["weights"].attrs["tensors"])
            for name in names:
                module, _, parameter = name.rpartition(".")
                assert file["weights"][module][parameter].dtype == "<f4"
            found += len(names)
    assert found


def test_the_block_is_as_documented(records):
    import hashlib

    for path in records:
        data = path.read_bytes()
        lines = data[:512].rstrip(b"\0").decode().split("\n")
        assert lines[0] == "INERTIA" and int(lines[1]) == 1
        assert int(lines[2]) == len(data)
        assert lines[3] == hashlib.sha256(data[103:]).hexdigest()
        assert lines[5] == path.stem


def test_a_study_opens_with_xarray(study_files):
    for path in study_files:
        for label in labels(path):
            seen = []
            for engine in ENGINES:
                with xarray.open_dataset(path, group=label, engine=engine) as data:
                    data.load()
                assert data.test_error.dims[:2] == ("learning_rate", "weight_decay")
                assert data.test_error.dims[-1] == "epoch"
                assert data.final_test_error.dims == data.test_error.dims[:-1]
                assert data.outcome.attrs["flag_meanings"] == "missing completed diverged failed"
                assert list(data.outcome.attrs["flag_values"]) == [0, 1, 2, 3]
                assert data.outcome.dtype == numpy.int8
                assert data.test_error.attrs["units"] == "1" and data.test_error.attrs["long_name"]
                assert all(isinstance(cell, str) for cell in data.cell.values.ravel())
                first = data.learning_rate.values[0]
                assert data.final_test_error.sel(learning_rate=first).shape
                completed = data.where(data.outcome == 1)
                last = completed.test_error.isel(epoch=-1)
                numpy.testing.assert_array_equal(last.values, completed.final_test_error.values)
                seen.append(data)
            xarray.testing.assert_equal(*seen)


def test_study_arrays_agree_with_the_records(study_files):
    for path in study_files:
        for label in labels(path):
            with xarray.open_dataset(path, group=label) as data:
                for cell, error in zip(data.cell.values.ravel(), data.final_test_error.values.ravel()):
                    record = path.parents[1] / "cells" / cell[:2] / f"{cell}.h5"
                    if record.exists():
                        with h5py.File(record) as file:
                            numpy.testing.assert_equal(error, file.attrs["final_test_error"])


def test_thousands_of_cells_open_in_under_a_second(thousands):
    path = thousands / "interop-thousands" / "study.h5"
    # The first opening imports the engine.
    xarray.open_dataset(path, group=labels(path)[0]).close()
    cells = 0
    start = time.perf_counter()
    for label in labels(path):
        with xarray.open_dataset(path, group=label) as data:
            data.load()
            cells += data.outcome.size
    seconds = time.perf_counter() - start
    assert cells == 3000
    assert seconds < 1, f"{path} took {seconds:.2f} s"
