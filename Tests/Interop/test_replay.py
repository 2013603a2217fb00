"""`inertia replay` against the optimizers of `references.py`: 500 steps of gradients made to be difficult."""

import subprocess

import h5py
import numpy as np
import pytest
import pytorch_optimizer
import torch
from references import Adai, reference

STEPS = 500
# Where the largest difference of a parameter, over the largest parameter, must stay below.
TOLERANCE = {np.float64: 1e-6, np.float32: 2e-5}

PLAIN = {
    "sgd": {"learning_rate": 0.01, "weight_decay": 0.01},
    "momentum": {"learning_rate": 0.003, "weight_decay": 0.01},
    "nesterov": {"learning_rate": 0.003, "weight_decay": 0.01},
    "adam": {"learning_rate": 0.01, "weight_decay": 0.01},
    "amsgrad": {"learning_rate": 0.01, "weight_decay": 0.01},
    "adamw": {"learning_rate": 0.01, "weight_decay": 0.1},
    "adabound": {"learning_rate": 0.01, "weight_decay": 0.01},
    "padam": {"learning_rate": 0.01, "weight_decay": 0.01},
    # No coupled decay: it would move gradients from where `trace` has put them.
    "yogi": {"learning_rate": 0.01, "weight_decay": 0},
    "radam": {"learning_rate": 0.01, "weight_decay": 0.01},
    "adabelief": {"learning_rate": 0.01, "weight_decay": 0.01},
    "adai": {"learning_rate": 0.05, "weight_decay": 0.01},
    "adaiw": {"learning_rate": 0.05, "weight_decay": 0.01},
    "adai_v2": {"learning_rate": 0.05, "weight_decay": 0.01},
}

# Every other reading, and other values of the numbers.
VARIANTS = [
    ("momentum", {"dampening": 0.9}),
    ("momentum", {"momentum": 0.5, "dampening": 0.25}),
    ("nesterov", {"momentum": 0.5}),
    ("adam", {"beta1": 0.8, "beta2": 0.95, "epsilon": 0.001}),
    ("adam", {"epsilon": 0.001, "epsilon_hat": True}),
    ("adam", {"epsilon_root": 0.001}),
    ("adamw", {"weight_decay_kind": "decoupled_by_schedule"}),
    ("adamw", {"epsilon": 0.001, "epsilon_hat": True}),
    ("amsgrad", {"bias_correction": False}),
    ("amsgrad", {"correct_first": True}),
    ("amsgrad", {"weight_decay_kind": "decoupled"}),
    ("adabound", {"amsbound": True, "gamma": 0.01, "final_learning_rate": 0.05}),
    ("adabound", {"bias_correction": False}),
    ("adabound", {"weight_decay_kind": "decoupled"}),
    ("padam", {"amsgrad": False}),
    ("padam", {"amsgrad": False, "partial": 0.125}),
    ("padam", {"amsgrad": False, "partial": 0.4, "weight_decay_kind": "decoupled_by_schedule"}),
    ("padam", {"bias_correction": False, "partial": 0.125}),
    ("yogi", {"bias_correction": False}),
    ("yogi", {"epsilon_hat": True}),
    ("yogi", {"initial_accumulator": 0.01, "weight_decay": 0.01, "weight_decay_kind": "decoupled"}),
    ("radam", {"threshold": 4}),
    ("radam", {"warm_up": False, "weight_decay": 0}),
    ("radam", {"weight_decay_kind": "decoupled"}),
    ("radam", {"beta2": 0.99}),
    ("adabelief", {"rectified": True}),
    ("adabelief", {"epsilon": 1e-8, "epsilon_root": 1e-8, "weight_decay_kind": "decoupled"}),
    ("adai", {"beta0": 0.3, "beta2": 0.9, "epsilon": 0.01}),
    ("adaiw", {"weight_decay_kind": "decoupled_by_schedule"}),
    ("adai_v2", {"dampening": 0}),
    ("adai_v2", {"dampening": 0.5, "weight_decay_kind": "coupled"}),
    ("adai_v2", {"dampening": 0.8}),
]


def make_gradients(n):
    """Gradients of magnitudes from 10⁻³ to 10, a third sparse, some always 0, some that change sign each step.

    Yogi's second moment steps up or down by the sign of v − g², so a g² that is v but for rounding would
    make any two implementations part. Where they come near, the gradient is moved away.
    """
    random = np.random.default_rng(n)
    scale = 10 ** random.uniform(-3, 1, n)
    kind = np.arange(n) % 6
    gradients = random.normal(size=(STEPS, n)) * scale
    gradients[:, kind == 1] *= random.random((STEPS, (kind == 1).sum())) < 0.1
    gradients[:, kind == 2] *= np.repeat(random.random((STEPS // 20, (kind == 2).sum())) < 0.3, 20, axis=0)
    gradients[:, kind == 3] = np.abs(gradients[:, kind == 3]) * np.where(np.arange(STEPS) % 2, 1, -1)[:, None]
    if n > 1:
        gradients[:, n - 1] = 0
    gradients[STEPS // 2] = 0
    v = np.full(n, 1e-6)
    for gradient in gradients:
        near = np.abs(v - gradient**2) < 1e-4 * v
        gradient[near] *= 1.01
        v -= 0.001 * np.sign(v - gradient**2) * gradient**2
    return random.normal(size=n), gradients


def schedule():
    steps = np.arange(1, STEPS + 1)
    return np.where(steps <= 10, steps / 10, np.where(steps <= 300, 1, 0.1))


@pytest.fixture(scope="module")
def trace(tmp_path_factory):
    """Makes the trace of n parameters in a precision, once."""
    folder, made = tmp_path_factory.mktemp("traces"), {}

    def make(n, dtype):
        if (n, dtype) not in made:
            parameters, gradients = (x.astype(dtype) for x in make_gradients(n))
            path = folder / f"{n}-{dtype.__name__}.h5"
            with h5py.File(path, "w") as file:
                file["parameters"], file["gradients"], file["schedule"] = parameters, gradients, schedule()
            made[n, dtype] = path, parameters, gradients
        return made[n, dtype]

    return make


def run(inertia, path, name, values, output):
    words = {True: "true", False: "false"}
    settings = [f"{key}={words.get(value, value) if isinstance(value, bool) else value}" for key, value in values.items()]
    command = [inertia, "replay", path, "--optimizer", name, "--set", *settings, "--output", output]
    return subprocess.run(command, capture_output=True, text=True)


def difference(inertia, trace, folder, name, values, n, dtype):
    path, parameters, gradients = trace
    output = folder / "answer.h5"
    done = run(inertia, path, name, values, output)
    assert (done.returncode, done.stderr) == (0, "")
    # Two tensors, where there are two elements: only the sum of their lengths may matter.
    theta = [t.clone() for t in torch.from_numpy(parameters).split([n // 3, n - n // 3]) if t.numel()]
    theirs = reference(name, values, theta)
    worst = 0
    with h5py.File(output) as answer:
        ours = answer["parameters"]
        assert ours.shape == (STEPS, n) and ours.dtype == dtype
        for step, multiplier in enumerate(schedule()):
            parts = torch.from_numpy(gradients[step]).split([len(t) for t in theta])
            theirs.step(list(parts), float(multiplier))
            expected = torch.cat(theta).numpy()
            gap = np.abs(ours[step] - expected).max() / np.abs(expected).max()
            assert np.isfinite(gap)
            worst = max(worst, gap)
    output.unlink()
    return worst


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("n", [1, 7, 8, 9, 1000, 100_003])
@pytest.mark.parametrize("name", PLAIN)
def test_agrees(inertia, trace, tmp_path, name, n, dtype):
    assert difference(inertia, trace(n, dtype), tmp_path, name, PLAIN[name], n, dtype) < TOLERANCE[dtype]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name, changes", VARIANTS, ids=str)
def test_variants_agree(inertia, trace, tmp_path, name, changes, dtype):
    values = {**PLAIN[name], **changes}
    assert difference(inertia, trace(1000, dtype), tmp_path, name, values, 1000, dtype) < TOLERANCE[dtype]


def test_every_optimizer_is_compared(inertia):
    listed = subprocess.run([inertia, "describe"], capture_output=True, text=True, check=True).stdout
    section = listed.split("Optimizers\n")[1].split("Datasets\n")[0]
    assert [line.split()[0] for line in section.splitlines() if line] == list(PLAIN)


def test_adai_of_the_library():
    """pytorch_optimizer's Adai is the authors' rule as long as v̄ stays above ε; below, it is another rule."""

    def paths(scale):
        random = np.random.default_rng(0)
        ours, theirs = [torch.zeros(100, dtype=torch.float64) for _ in range(2)]
        values = {"learning_rate": 0.1, "weight_decay": 0}
        written = Adai([ours], values, {"beta0": 0.1, "beta2": 0.99, "epsilon": 1e-3, "dampening": 1})
        library = pytorch_optimizer.Adai([theirs], lr=0.1)
        for _ in range(100):
            gradient = torch.from_numpy(random.normal(size=100) * scale)
            theirs.grad = gradient.clone()
            library.step()
            written.step([gradient])
        return ours, theirs

    ours, theirs = paths(scale=1)
    assert torch.allclose(ours, theirs, rtol=1e-12)
    ours, theirs = paths(scale=1e-3)
    assert not torch.allclose(ours, theirs, rtol=0.1)


def write(path, **datasets):
    with h5py.File(path, "w") as file:
        for name, values in datasets.items():
            file[name] = values
    return path


@pytest.mark.parametrize("name", ["adai", "adaiw", "adai_v2"])
def test_no_gradient_at_all(inertia, tmp_path, name):
    """v̄ is 0: the authors' code computes 0/0, ours stays where it is."""
    path = write(tmp_path / "trace.h5", parameters=np.ones(3), gradients=np.zeros((2, 3)))
    done = run(inertia, path, name, {"learning_rate": 1, "weight_decay": 0}, tmp_path / "answer.h5")
    assert done.returncode == 0
    with h5py.File(tmp_path / "answer.h5") as answer:
        assert (answer["parameters"][()] == 1).all()


def test_what_is_not_finite_is_reported(inertia, tmp_path):
    gradients = np.ones((4, 3), np.float32)
    gradients[2, 1] = np.inf
    path = write(tmp_path / "trace.h5", parameters=np.ones(3, np.float32), gradients=gradients)
    done = run(inertia, path, "adam", {"learning_rate": 1, "weight_decay": 0}, tmp_path / "answer.h5")
    assert done.returncode == 0 and "from step 3 on" in done.stderr
    with h5py.File(tmp_path / "answer.h5") as answer:
        assert np.isfinite(answer["parameters"][()]).tolist() == [[True] * 3] * 2 + [[True, False, True]] * 2


GOOD = {"parameters": np.ones(3), "gradients": np.ones((2, 3))}


@pytest.mark.parametrize(
    "datasets, name, values, message",
    [
        ({"parameters": np.ones(3)}, "sgd", {}, "no dataset 'gradients'"),
        ({**GOOD, "gradients": np.ones((2, 4))}, "sgd", {}, "'gradients' must be steps × 3"),
        ({**GOOD, "gradients": np.ones(3)}, "sgd", {}, "'gradients' must be steps × 3"),
        ({**GOOD, "gradients": np.ones((2, 3), np.float32)}, "sgd", {}, "does not hold float64"),
        ({**GOOD, "parameters": np.ones((3, 1))}, "sgd", {}, "'parameters' is not a list"),
        ({**GOOD, "parameters": np.ones(3, int)}, "sgd", {}, "does not hold float64"),
        ({**GOOD, "schedule": np.ones(3)}, "sgd", {}, "'schedule' must be 2 finite numbers"),
        (GOOD, "sdg", {}, "no optimizer 'sdg'"),
        (GOOD, "sgd", {"momentum": 0.9}, "no hyperparameter 'momentum'"),
        (GOOD, "adam", {"beta1": 1}, "'beta1' of adam must be in [0, 1)"),
        (GOOD, "adam", {"beta1": "high"}, "beta1=NUMBER"),
        (GOOD, "adam", {"epsilon_hat": "maybe"}, "epsilon_hat=NUMBER or one of its words"),
    ],
)
def test_mistakes(inertia, tmp_path, datasets, name, values, message):
    path = write(tmp_path / "trace.h5", **datasets)
    values = {"learning_rate": 0.1, "weight_decay": 0, **values}
    done = run(inertia, path, name, values, tmp_path / "answer.h5")
    assert done.returncode == 1 and message in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["trace.h5"]


def test_answers_are_not_overwritten(inertia, tmp_path):
    path, values = write(tmp_path / "trace.h5", **GOOD), {"learning_rate": 0.1, "weight_decay": 0}
    assert run(inertia, path, "sgd", values, tmp_path / "answer.h5").returncode == 0
    done = run(inertia, path, "sgd", values, tmp_path / "answer.h5")
    assert done.returncode == 1 and "is there already" in done.stderr
