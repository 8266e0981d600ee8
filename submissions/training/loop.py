"""The one training loop: it knows a method only by its interface and can continue after a kill at any moment.

All randomness is keyed by (seed, epoch) and the state is replaced durably after each epoch, so that an
interrupted run repeats the unfinished epoch and ends with the weights of an undisturbed one, byte for byte.
"""

from __future__ import annotations

import dataclasses
import json
import math
import time
from pathlib import Path
from typing import Any, NamedTuple

import safetensors
import safetensors.torch
import torch
from torch import nn

from hzbench.benchmark import durable
from hzbench.benchmark.durable import Progress
from hzbench.benchmark.errors import HzbenchError
from hzbench.submissions.methods.method import Batch, Method, Setup, Teacher
from hzbench.submissions.training.determinism import seed_torch
from hzbench.submissions.training.history import Epoch
from hzbench.submissions.training.loading import Loader, Pictures
from hzbench.submissions.training.normalised import Normalised
from hzbench.submissions.training.optimiser import build_optimiser
from hzbench.submissions.training.precision import MixedPrecision
from hzbench.submissions.training.recipe import Recipe
from hzbench.submissions.training.state import load_state, save_state, write_failure
from hzbench.submissions.training.validation import validate


class Trained(NamedTuple):
    """The end of a run: the best network's state (float32, on the CPU) and every epoch's figures."""

    weights: dict[str, torch.Tensor]
    best: Epoch
    history: tuple[Epoch, ...]


class Run:
    """One run of the loop over a network in memory."""

    def __init__(
        self,
        recipe: Recipe,
        method: Method,
        network: nn.Module,
        training: Pictures,
        validation: Pictures,
        folder: Path,
        *,
        classes: int,
        seed: int,
        fingerprint: str = "",
        device: torch.device | None = None,
        teachers: tuple[Teacher, ...] = (),
        workers: int = 1,
        progress: Progress | None = None,
    ) -> None:
        """Prepare the run.

        Args:
            recipe: what to do.
            method: made from the recipe's `[method]`, not yet set up.
            network: initialised; maps normalised pictures to logits (B, classes); trained in place.
            training: the train split.
            validation: the val split.
            folder: where the state and the log are kept.
            classes: number of classes.
            seed: of the order, the augmentations and all other randomness.
            fingerprint: names recipe, seed and data; a state with another one is refused.
            device: where to train; the CPU by default.
            teachers: for the method, weakest first.
            workers: loading threads.
            progress: called after each step.

        Raises:
            UsageError: the folder holds the state of another run, or a package is missing.
        """
        self.recipe = recipe
        self.method = method
        self.validation = validation
        self.folder = folder
        self.classes = classes
        self.seed = seed
        self.fingerprint = fingerprint
        self.device = device or torch.device("cpu")
        self.progress = progress or (lambda stage, done, total: None)
        self.network = network.to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs lack the keyword
        self.student = Normalised(self.network, recipe.mean, recipe.std).to(self.device)
        self.loader = Loader(
            training,
            recipe.augmentations,
            batch=recipe.optimiser.batch,
            seed=seed,
            device=self.device,
            input_size=recipe.input_size,
            view=method.view,
            views=method.views,
            workers=workers,
        )
        method.setup(
            Setup(
                student=self.student,
                classes=classes,
                pictures=len(training.labels),
                epochs=recipe.epochs,
                batch=recipe.optimiser.batch,
                input_size=recipe.input_size,
                device=self.device,
                teachers=teachers,
            )
        )
        groups: list[dict[str, Any]] = [
            {"params": list(self.network.parameters())},
            *method.parameter_groups(),
        ]
        self.optimiser = build_optimiser(recipe.optimiser, groups)
        self.precision = MixedPrecision(recipe.precision, self.device)
        self.rates = [float(group["lr"]) for group in self.optimiser.param_groups]
        self.history: list[Epoch] = []
        self._continue()

    def complete(self) -> Trained:
        """Train until the last epoch or early stopping, and return the best epoch's weights.

        Raises:
            HzbenchError: the loss is not finite, or a file cannot be written; the last epoch's state stays.
        """
        while len(self.history) < self.recipe.epochs and not self._stale():
            self._epoch(len(self.history))
        weights = safetensors.torch.load_file(self.folder / "best.safetensors")
        return Trained(weights, self.history[self._best()], tuple(self.history))

    def step(self, batch: Batch, moment: float) -> float:
        """Take one optimisation step and return its loss.

        Args:
            batch: the pictures.
            moment: epochs done, with the fraction of the running one.
        """
        factor = self.recipe.schedule.factor(moment, self.recipe.epochs)
        for group, rate in zip(self.optimiser.param_groups, self.rates, strict=True):
            group["lr"] = rate * factor
        with self.precision.autocast():
            loss = self.method.loss(batch)
        value = float(loss.detach())
        if math.isfinite(value):
            self.precision.step(loss, self.optimiser)
        return value

    def _epoch(self, number: int) -> None:
        started = time.perf_counter()
        seed_torch(self.seed, "epoch", number)
        self.method.on_epoch_start(number, lambda: self.loader.batches(number))
        self.student.train()
        steps, total_loss, pictures = self.loader.steps, 0.0, 0
        training_started = time.perf_counter()
        for index, batch in enumerate(self.loader.batches(number)):
            # The middle of the step, so that neither the first nor the last one has a rate of 0.
            loss = self.step(batch, number + (index + 0.5) / steps)
            if not math.isfinite(loss):
                raise self._not_finite(f"training loss at step {index + 1} of epoch {number + 1}", loss)
            total_loss += loss * len(batch.labels)
            pictures += len(batch.labels)
            done, total = number * steps + index + 1, self.recipe.epochs * steps
            self.progress(f"epoch {number + 1} of {self.recipe.epochs}, {self._so_far()}", done, total)
        training_seconds = time.perf_counter() - training_started
        scores = validate(self.student, self.validation, self.classes, self.recipe.input_size, self.device)
        if not math.isfinite(scores.loss):
            raise self._not_finite(f"validation loss after epoch {number + 1}", scores.loss)
        self.history.append(
            Epoch(
                epoch=number + 1,
                lr=float(self.optimiser.param_groups[0]["lr"]),
                train_loss=total_loss / pictures,
                validation_loss=scores.loss,
                validation_accuracy=scores.accuracy,
                validation_macro_f1=scores.macro_f1,
                validation_recall=scores.recall,
                images_per_second=pictures / training_seconds,
                seconds=time.perf_counter() - started,
            )
        )
        self._keep(number)

    def _keep(self, number: int) -> None:
        """Write the best weights, then the log, then the state: whatever a kill leaves can be continued."""
        path = self.folder / "best.safetensors"
        try:
            if self._best() == number:
                durable.write_bytes(path, safetensors.torch.save(plain_state(self.network)))
            lines = [json.dumps(dataclasses.asdict(epoch)) + "\n" for epoch in self.history]
            path = self.folder / "log.jsonl"
            durable.write_text(path, "".join(lines))
        except OSError as error:
            raise write_failure(path, error) from error
        save_state(
            self.folder / "state.pt",
            {
                "fingerprint": self.fingerprint,
                "network": self.network.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "precision": self.precision.state_dict(),
                "method": self.method.state_dict(),
                "history": [dataclasses.asdict(epoch) for epoch in self.history],
            },
        )

    def _continue(self) -> None:
        state = load_state(self.folder / "state.pt", self.fingerprint, self.device)
        if state is None:
            return
        self.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.precision.load_state_dict(state.get("precision", {}))
        self.method.load_state_dict(state["method"])
        self.history = [Epoch(**epoch) for epoch in state["history"]]

    def _best(self) -> int:
        losses = [epoch.validation_loss for epoch in self.history]
        return losses.index(min(losses))

    def _stale(self) -> bool:
        patience = self.recipe.patience
        return bool(self.history) and 0 < patience <= len(self.history) - 1 - self._best()

    def _so_far(self) -> str:
        if not self.history:
            return "validation accuracy not yet known"
        last = self.history[-1]
        return f"validation accuracy {last.validation_accuracy:.3f}, loss {last.validation_loss:.3f}"

    def _not_finite(self, what: str, value: float) -> HzbenchError:
        kept = (
            f"the state of epoch {len(self.history)} is kept in {self.folder}"
            if self.history
            else "no epoch is kept"
        )
        return HzbenchError(
            f"{self.recipe.name}: {what} is {value}, expected a finite number; {kept}. "
            f"Lower optimiser.lr (now {self.recipe.optimiser.lr:g}), or set schedule.warmup_epochs."
        )


def plain_state(network: nn.Module) -> dict[str, torch.Tensor]:
    """Return the network's state on the CPU in the usual memory order, as safetensors needs it."""
    return {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
