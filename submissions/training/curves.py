"""The learning curve of a run as a picture."""

from __future__ import annotations

import io
from collections.abc import Sequence

from hzbench.submissions.training.history import Epoch

COLOURS = ("#0072B2", "#D55E00", "#009E73")  # Okabe-Ito: told apart with any colour vision


def draw_curve(history: Sequence[Epoch], best_epoch: int, title: str, footnote: str = "") -> bytes:
    """Return a PNG of losses, scores and learning rate over the epochs.

    Args:
        history: at least one epoch.
        best_epoch: 1-based; marked by a line.
        title: above the picture.
        footnote: below it, such as the notice that the data are synthetic.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    epochs = [line.epoch for line in history]
    figure = Figure(figsize=(9.0, 3.4), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    loss, score, rate = figure.subplots(1, 3, width_ratios=(2, 2, 1))
    marker = "o" if len(history) < 3 else None
    loss.plot(
        epochs, [e.train_loss for e in history], color=COLOURS[0], marker=marker, label="train (augmented)"
    )
    loss.plot(
        epochs, [e.validation_loss for e in history], color=COLOURS[1], marker=marker, label="validation"
    )
    loss.set(xlabel="epoch", ylabel="loss (nats)", ylim=(0, None))
    score.plot(
        epochs, [e.validation_accuracy for e in history], color=COLOURS[1], marker=marker, label="accuracy"
    )
    score.plot(
        epochs, [e.validation_macro_f1 for e in history], color=COLOURS[2], marker=marker, label="macro-F1"
    )
    score.set(xlabel="epoch", ylabel="validation score", ylim=(0, 1))
    rate.plot(epochs, [e.lr for e in history], color="0.3", marker=marker)
    rate.set(xlabel="epoch", ylabel="learning rate", ylim=(0, None))
    rate.ticklabel_format(axis="y", style="sci", scilimits=(0, 0))
    for axes in (loss, score):
        axes.axvline(best_epoch, color="0.6", linewidth=0.8, linestyle="--")
        axes.legend(frameon=False, fontsize=8)
    for axes in (loss, score, rate):
        axes.spines[["top", "right"]].set_visible(False)
    figure.suptitle(f"{title}: best validation loss after epoch {best_epoch}", fontsize=10)
    if footnote:
        figure.supxlabel(footnote, fontsize=7, color="0.4")
    png = io.BytesIO()
    figure.savefig(png, format="png", metadata={"Software": None})
    return png.getvalue()
