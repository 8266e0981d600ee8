"""One epoch's figures, as the log holds them."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Epoch:
    """One line of the log: losses in nats, scores as fractions, times in seconds."""

    epoch: int  # 1-based
    lr: float  # at the last step
    train_loss: float
    validation_loss: float
    validation_accuracy: float
    validation_macro_f1: float
    validation_recall: tuple[float | None, ...]
    images_per_second: float  # of the training steps, loading included
    seconds: float  # validation and checkpoint included
