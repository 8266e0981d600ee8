"""The loop: learns, repeats itself, continues after a kill, and stops clearly."""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import threadpoolctl
import torch

from hzbench.benchmark.errors import HzbenchError, UsageError
from hzbench.submissions.methods import build_method
from hzbench.submissions.methods.baseline import Baseline
from hzbench.submissions.methods.method import Batch, Method
from hzbench.submissions.training.determinism import reproducible
from hzbench.submissions.training.loading import Pictures
from hzbench.submissions.training.loop import Run, Trained
from hzbench.submissions.training.recipe import Augmentations, Optimiser, Recipe

CPU = torch.device("cpu")
MakeRun = Callable[..., Run]
ALONE = "HZBENCH_TEST_ALONE"


@pytest.fixture
def make_run(
    toy_recipe: Recipe,
    squares: Callable[[int, int], Pictures],
    tiny_network: Callable[[], torch.nn.Module],
    run_folder: Path,
) -> MakeRun:
    """A maker of toy runs; options replace the recipe's fields or the run's arguments."""

    def make(folder: Path = run_folder, method: Method | None = None, seed: int = 0, **changes: Any) -> Run:
        progress, fingerprint = changes.pop("progress", None), changes.pop("fingerprint", "")
        recipe = toy_recipe.model_copy(update=changes)
        return Run(
            recipe,
            method or build_method(recipe.method),
            tiny_network(),
            squares(48, 1),
            squares(24, 2),
            folder,
            classes=3,
            seed=seed,
            fingerprint=fingerprint,
            progress=progress,
        )

    return make


def complete(run: Run) -> Trained:
    """Complete a run as `train` does."""
    with reproducible(CPU):
        return run.complete()


def bytes_of(trained: Trained) -> dict[str, bytes]:
    """Return the weights as bytes."""
    return {name: tensor.numpy().tobytes() for name, tensor in trained.weights.items()}


def test_toy_set_is_learnt(make_run: MakeRun) -> None:
    """Squares of three colours are told apart after a few epochs."""
    trained = complete(
        make_run(epochs=25, augmentations=Augmentations(), optimiser=Optimiser(lr=0.03, batch=8))
    )
    assert trained.best.validation_accuracy > 0.9
    assert trained.history[-1].train_loss < trained.history[0].train_loss


def test_same_seed_gives_same_bytes_and_another_seed_others(make_run: MakeRun, tmp_path: Path) -> None:
    """Nothing but the seed and the machine decides."""
    torch.manual_seed(1)
    first = bytes_of(complete(make_run(folder=tmp_path / "a.run")))
    torch.manual_seed(2)  # what ran before must not matter
    assert bytes_of(complete(make_run(folder=tmp_path / "b.run"))) == first
    assert bytes_of(complete(make_run(folder=tmp_path / "c.run", seed=1))) != first


def test_training_leaves_torchs_settings_as_they_were() -> None:
    """A library call doesn't change the caller's random state or threads."""
    torch.manual_seed(3)
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    former = [pool["num_threads"] for pool in threadpoolctl.threadpool_info()]
    with reproducible(CPU, threads=1):
        torch.rand(5)
        pools = threadpoolctl.threadpool_info()
        assert {pool["num_threads"] for pool in pools if pool["user_api"] == "blas"} <= {1}
    assert [pool["num_threads"] for pool in threadpoolctl.threadpool_info()] == former
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.get_num_threads() == threads


def run_until_killed(make: MakeRun, folder: Path, events: int) -> None:
    """Train in a process that kills itself at the given event: a step, a flush to the disk or a renaming."""
    left = itertools.count(events - 1, -1)

    def count_down(function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any) -> Any:
            if next(left) == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*arguments)

        return counted

    os.fsync = count_down(os.fsync)
    Path.replace = count_down(Path.replace)  # type: ignore[method-assign]  # in a process of its own
    complete(make(folder=folder, progress=count_down(lambda stage, done, total: None)))
    os._exit(0)


def test_run_killed_at_random_moments_ends_with_the_bytes_of_an_undisturbed_one(
    make_run: MakeRun, tmp_path: Path
) -> None:
    """SIGKILL ten times, in steps and in the middle of writes; then the run is completed.

    In a fresh interpreter: torch cannot train in a fork of one in which autograd has started threads.
    """
    if ALONE not in os.environ:
        name = "test_run_killed_at_random_moments_ends_with_the_bytes_of_an_undisturbed_one"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"{__file__}::{name}"]
        done = subprocess.run(command, env=os.environ | {ALONE: "1"}, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-3000:]
        return
    expected = bytes_of(complete(make_run(folder=tmp_path / "undisturbed.run")))
    folder = tmp_path / "killed.run"
    moments = random.Random(0)
    killed = 0
    for _ in range(10):
        child = multiprocessing.get_context("fork").Process(
            target=run_until_killed, args=(make_run, folder, moments.randint(1, 25))
        )
        child.start()
        child.join()
        killed += child.exitcode == -signal.SIGKILL
    assert killed >= 5, "most attempts die before the run is complete"
    assert (folder / "state.pt").is_file()
    assert bytes_of(complete(make_run(folder=folder))) == expected


@pytest.mark.parametrize("steps", [1, 6, 7, 13, 20])
def test_run_interrupted_after_some_steps_ends_with_the_same_bytes(
    make_run: MakeRun, tmp_path: Path, steps: int
) -> None:
    """The moment of the interruption, in the first, a middle or the last epoch, doesn't matter."""
    expected = bytes_of(complete(make_run(folder=tmp_path / "undisturbed.run")))

    def interrupt(stage: str, done: int, total: int) -> None:
        if done == steps:
            raise KeyboardInterrupt

    folder = tmp_path / "interrupted.run"
    with pytest.raises(KeyboardInterrupt):
        complete(make_run(folder=folder, progress=interrupt))
    assert bytes_of(complete(make_run(folder=folder))) == expected


def test_state_of_another_run_is_refused(make_run: MakeRun) -> None:
    """Weights of another recipe, seed or dataset are never continued by mistake."""
    complete(make_run(epochs=1, fingerprint="one"))
    with pytest.raises(UsageError, match=r"state\.pt: belongs to a run with another recipe, seed or data"):
        make_run(fingerprint="two")


def test_damaged_state_is_one_line(make_run: MakeRun, run_folder: Path) -> None:
    """A truncated file names itself and the way out."""
    complete(make_run(epochs=1))
    path = run_folder / "state.pt"
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(UsageError, match=r"is damaged\. Choose another output folder, or delete"):
        make_run()


class Diverging(Baseline):
    """A loss that stops being a number in the second epoch."""

    def loss(self, batch: Batch) -> torch.Tensor:
        """Return the cross-entropy, or NaN."""
        return super().loss(batch) * (float("nan") if batch.draw else 1.0)


def test_loss_that_is_not_finite_stops_the_run_and_keeps_the_last_epoch(
    make_run: MakeRun, run_folder: Path
) -> None:
    """The step, the value and the remedy are named; the first epoch's state is still there."""
    with pytest.raises(HzbenchError, match=r"step 1 of epoch 2 is nan.*the state of epoch 1 is kept.*lr"):
        complete(make_run(method=Diverging(Method.Options())))
    assert len(make_run().history) == 1


def test_validation_loss_that_is_not_finite_stops_the_run(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Weights that overflow on clean pictures are never kept as an epoch's result."""
    run = make_run()
    for parameter in run.network.parameters():
        parameter.data.fill_(1e30)
    monkeypatch.setattr(run, "step", lambda batch, moment: 1.0)
    with pytest.raises(HzbenchError, match=r"validation loss after epoch 1 is (nan|inf).*no epoch is kept"):
        complete(run)


def test_full_disk_stops_the_run_and_leaves_the_last_state(
    make_run: MakeRun, run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write that fails half-way harms nothing; with room again the run ends as if undisturbed."""
    expected = bytes_of(complete(make_run(folder=tmp_path / "undisturbed.run")))

    def fill_the_disk(stage: str, done: int, total: int) -> None:
        if done == 13:  # in the third epoch
            monkeypatch.setattr(os, "fsync", full)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(HzbenchError, match=r"No space left on device.*run the same command again"):
        complete(make_run(progress=fill_the_disk))
    assert sorted(path.name for path in run_folder.iterdir()) == ["best.safetensors", "log.jsonl", "state.pt"]
    monkeypatch.undo()
    continued = make_run()
    assert len(continued.history) == 2
    assert bytes_of(complete(continued)) == expected


def test_training_stops_early_and_returns_the_best_epoch(make_run: MakeRun) -> None:
    """Three epochs without a lower validation loss end the run, and the lowest one's weights are returned."""
    run = make_run(epochs=60, patience=3, optimiser=Optimiser(lr=0.2, batch=8))
    trained = complete(run)
    losses = [epoch.validation_loss for epoch in trained.history]
    assert len(losses) - losses.index(min(losses)) == 4
    assert trained.best == trained.history[-4]
    assert len(losses) < 60


def test_log_has_one_json_line_an_epoch(make_run: MakeRun, run_folder: Path) -> None:
    """The log can be read by any tool while the training runs."""
    complete(make_run(epochs=2))
    lines = [json.loads(line) for line in (run_folder / "log.jsonl").read_text().splitlines()]
    assert [line["epoch"] for line in lines] == [1, 2]
    assert {"train_loss", "validation_loss", "validation_macro_f1", "images_per_second"} <= set(lines[0])


def test_progress_counts_steps_up_to_the_end(make_run: MakeRun) -> None:
    """The bar can tell how much is left."""
    seen: list[tuple[int, int]] = []
    complete(make_run(epochs=2, progress=lambda stage, done, total: seen.append((done, total))))
    assert seen == [(step, 12) for step in range(1, 13)]


class WithOwnParameters(Baseline):
    """A method with a trainable scale of its own, at its own rate, and a count of epochs."""

    def setup(self, setup: Any) -> None:
        """Make the scale."""
        super().setup(setup)
        self.scale = torch.nn.Parameter(torch.ones(()))
        self.epochs = 0

    def parameter_groups(self) -> list[dict[str, Any]]:
        """Train the scale at 0.5."""
        return [{"params": [self.scale], "lr": 0.5}]

    def on_epoch_start(self, epoch: int, batches: Any) -> None:
        """Count, and look at one batch."""
        self.epochs += len(next(iter(batches())).labels) // 8

    def loss(self, batch: Batch) -> torch.Tensor:
        """Return the cross-entropy plus a pull of the scale towards 0."""
        return super().loss(batch) + self.scale.square()

    def state_dict(self) -> dict[str, Any]:
        """Return scale and count."""
        return {"scale": self.scale.detach(), "epochs": self.epochs}

    def load_state_dict(self, state: Any) -> None:
        """Take them back."""
        self.scale.data.copy_(state["scale"])
        self.epochs = state["epochs"]


def test_methods_own_parameters_are_trained_scheduled_and_resumed(make_run: MakeRun) -> None:
    """A discriminator or a generator needs no line in the loop."""
    first = make_run(method=WithOwnParameters(Method.Options()), epochs=2)
    complete(first)
    assert isinstance(first.method, WithOwnParameters)
    assert first.method.scale.item() < 1.0
    assert first.rates == [0.01, 0.5]
    resumed = make_run(method=WithOwnParameters(Method.Options()), epochs=3)
    assert isinstance(resumed.method, WithOwnParameters)
    assert torch.equal(resumed.method.scale, first.method.scale)
    complete(resumed)
    assert resumed.method.epochs == 3
