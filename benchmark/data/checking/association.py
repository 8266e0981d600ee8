"""How strongly two labellings of the same pictures go together, less what chance alone gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np


def association(first: Sequence[str], second: Sequence[str]) -> float | None:
    """Return the bias-corrected Cramer's V of two labellings: 0 none, 1 one gives the other away.

    With r and k distinct labels, n pictures and phi^2 = chi^2 / n, chance alone gives about
    (r - 1)(k - 1) / (n - 1); that is taken off, and r and k are corrected alike.
    Source: Bergsma, A bias-correction for Cramer's V and Tschuprow's T (J Korean Stat Soc 42, 2013).

    Args:
        first: one label a picture.
        second: another.

    Returns:
        None where either has fewer than two labels, or there are too few pictures to say.

    >>> association(["a"] * 50 + ["b"] * 50, ["x"] * 50 + ["y"] * 50)
    1.0
    """
    pairs = Counter(zip(first, second, strict=True))
    rows = sorted({one for one, _ in pairs})
    columns = sorted({other for _, other in pairs})
    r, k, n = len(rows), len(columns), len(first)
    if min(r, k) < 2 or n < 2:
        return None
    counts = np.array([[pairs[one, other] for other in columns] for one in rows], dtype=np.float64)
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0, keepdims=True) / n
    phi = float(((counts - expected) ** 2 / expected).sum()) / n
    corrected = max(0.0, phi - (r - 1) * (k - 1) / (n - 1))
    smaller = min(r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)) - 1
    return min(1.0, round((corrected / smaller) ** 0.5, 6)) if smaller > 0 else None
