"""Loss and scores of a network on clean pictures."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from sklearn.metrics import f1_score
from torch import nn
from torch.nn import functional

from hzbench.submissions.training.loading import Pictures, to_pixels


class Scores(NamedTuple):
    """Figures of one pass: mean cross-entropy in nats, accuracy and macro-F1 as fractions."""

    loss: float
    accuracy: float
    macro_f1: float
    recall: tuple[float | None, ...]  # a class; None where the split has none of it


@torch.inference_mode()
def validate(
    student: nn.Module,
    pictures: Pictures,
    classes: int,
    input_size: int,
    device: torch.device,
    batch: int = 60,
) -> Scores:
    """Score a network in eval mode; the mode it was in is restored.

    Args:
        student: maps pixels (B, 3, H, W) in [0, 1] to logits (B, classes).
        pictures: not augmented.
        classes: number of classes.
        input_size: height and width of the network's input.
        device: where the network lies.
        batch: pictures at once.
    """
    was_training = student.training
    student.eval()
    logits = torch.cat(
        [
            student(to_pixels(pictures.images[start : start + batch], input_size, device)).float().cpu()
            for start in range(0, len(pictures.labels), batch)
        ]
    )
    student.train(was_training)
    labels = torch.from_numpy(pictures.labels)
    predicted = logits.argmax(dim=1).numpy()
    hits = predicted == pictures.labels
    recall = tuple(
        float(hits[pictures.labels == number].mean()) if (pictures.labels == number).any() else None
        for number in range(classes)
    )
    return Scores(
        loss=float(functional.cross_entropy(logits, labels)),
        accuracy=float(np.mean(hits)),
        macro_f1=float(f1_score(pictures.labels, predicted, average="macro", zero_division=0)),
        recall=recall,
    )
