"""The paper's Figure 1, redrawn from its Tables 4 and 6: accuracy and the CEs of four categories."""

from __future__ import annotations

import io
from typing import Any

from hzbench.leaderboards.paper import METHOD_TITLES, CorruptionRow, category_means, corruption_rows

METHODS = ("baseline", "gnt", "ant", "kde_ct")
STUDENTS = (("mobilenet_v3_small", "(a) MobileNetV3-Small"), ("efficientnet_b0", "(b) EfficientNet-B0"))
# Okabe-Ito: told apart with any colour vision; the hatching and the order tell the bars apart without any.
COLOURS = {"baseline": "#999999", "gnt": "#E69F00", "ant": "#56B4E9", "kde_ct": "#0072B2"}
HATCHES = {"baseline": "", "gnt": "///", "ant": "...", "kde_ct": ""}
BAR_WIDTH = 0.2


def draw_figure_1() -> bytes:
    """Return a PNG: one row a student, accuracy on the left, mean CEs of the categories on the right.

    Brightness counts as weather, as in the tables' headers and in ImageNet-C.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.0, 6.2), dpi=130, layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(2, 2, width_ratios=(1, 3.2), sharey="col")
    for (architecture, title), (accuracy, errors) in zip(STUDENTS, panels, strict=True):
        rows = {row.method: row for row in corruption_rows(6) if row.architecture == architecture}
        _draw_accuracy(accuracy, rows)
        _draw_errors(errors, rows)
        accuracy.set_title(title, loc="left", fontsize=11, fontweight="bold")
    handles, labels = panels[0][1].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=len(METHODS), frameon=False)
    figure.supxlabel(
        "Redrawn from Table 6 of Back et al. 2021 (doi 10.1109/ACCESS.2021.3054403), their data and AlexNet.",
        fontsize=8,
        color="0.35",
    )
    png = io.BytesIO()
    figure.savefig(png, format="png", metadata={"Software": None})
    return png.getvalue()


def _draw_accuracy(axes: Any, rows: dict[str, CorruptionRow]) -> None:
    """Draw points, not bars: the axis does not begin at 0."""
    for place, method in enumerate(METHODS):
        accuracy = rows[method].acc_percent
        axes.plot(place, accuracy, "o", markersize=9, color=COLOURS[method], markeredgecolor="0.2")
        axes.annotate(
            f"{accuracy:.1f}", (place, accuracy), (0, 8), textcoords="offset points", ha="center", fontsize=8
        )
    axes.set(xlim=(-0.6, len(METHODS) - 0.4), ylim=(91, 95), ylabel="ACC, % (more is better)")
    axes.set_xticks(range(len(METHODS)), [METHOD_TITLES[method].split()[0] for method in METHODS], fontsize=8)
    axes.tick_params(axis="x", rotation=40)
    _plain(axes)


def _draw_errors(axes: Any, rows: dict[str, CorruptionRow]) -> None:
    """Draw a group of bars for each category."""
    for place, method in enumerate(METHODS):
        means = category_means(rows[method])
        bars = axes.bar(
            [group + (place - 1.5) * BAR_WIDTH for group in range(len(means))],
            list(means.values()),
            width=BAR_WIDTH * 0.94,
            color=COLOURS[method],
            hatch=HATCHES[method],
            edgecolor="white" if HATCHES[method] else COLOURS[method],
            label=METHOD_TITLES[method],
        )
        axes.bar_label(bars, fmt="%.0f", fontsize=8, padding=1)
    axes.axhline(100, color="0.4", linewidth=0.8, linestyle="--", zorder=0)
    axes.text(-0.48, 101.5, "AlexNet", fontsize=8, color="0.35")
    axes.set(ylabel="mean CE (less is better)", ylim=(0, 140), xlim=(-0.5, 3.5))
    axes.set_xticks(range(len(means)), [category.capitalize() for category in means])
    _plain(axes)


def _plain(axes: Any) -> None:
    axes.spines[["top", "right"]].set_visible(False)
