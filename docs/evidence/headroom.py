"""Show that sdhz-synth is neither too easy nor too hard, from the shipped reference and the committed entries.

python docs/evidence/headroom.py
"""

import numpy as np
from page import replace, table

from hzbench.benchmark.data.catalogue import resolve_dataset
from hzbench.benchmark.workflows.inputs import find_reference
from hzbench.leaderboards.board import shipped_entries
from hzbench.leaderboards.entry import name_of


def verdict(holds: bool) -> str:
    """Return how a bound came out."""
    return "holds" if holds else "**does not hold**"


def main() -> None:
    """Write the section."""
    dataset = resolve_dataset("sdhz-synth", splits=("test",))
    test = dataset.split("test")
    reference = find_reference(dataset)
    if reference is None:
        raise SystemExit(f"{dataset.label} has no reference; make one with: hzbench reference build")
    majority = 1 - np.bincount(test.labels).max() / len(test)
    clean = reference.clean_error(test.digests)
    errors = reference.errors(test.digests)
    entries = sorted(shipped_entries(dataset.name), key=lambda row: -row.clean.acc)
    text = f"`python docs/evidence/headroom.py`, reference `{reference.title}`:\n\n"
    rows = [
        ("AlexNet's clean error", "5 to 25 %", f"{100 * clean:.1f} %", verdict(0.05 <= clean <= 0.25)),
    ]
    lowest = min(errors, key=lambda name: float(np.mean(errors[name])))
    least = float(np.mean(errors[lowest]))
    rows.append(
        (
            "least mean error of a corruption",
            "at least 10 %",
            f"{100 * least:.1f} % ({lowest})",
            verdict(least >= 0.1),
        )
    )
    worst = max(errors, key=lambda name: errors[name][0])
    mild = errors[worst][0]
    rows.append(
        (
            "largest error at severity 1",
            f"below {100 * majority:.1f} %",
            f"{100 * mild:.1f} % ({worst})",
            verdict(mild < majority),
        )
    )
    if entries:
        best = 1 - entries[0].clean.acc
        rows.append(
            (
                "clean error of the best entry",
                "at least 2 %",
                f"{100 * best:.1f} % ({name_of(entries[0])})",
                verdict(best >= 0.02),
            )
        )
    text += table(("quantity", "bound", "measured", ""), rows)
    text += "\nThe reference's errors, in percent:\n\n"
    text += table(
        ("corruption", "1", "2", "3", "4", "5"),
        [(name, *(f"{100 * value:.1f}" for value in values)) for name, values in errors.items()],
    )
    replace("headroom", text)


if __name__ == "__main__":
    main()
