"""Six test pictures, four validation pictures and three of an additional test set, with predictions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from hzbench.benchmark.results.forms.layout import Asked, Values
from hzbench.benchmark.scoring.predictions import Predictions, softmax

CLASSES = ("acne", "herpes_zoster", "tinea", "other")


class Pictures(NamedTuple):
    """What a form needs of a split."""

    digests: tuple[str, ...]
    paths: tuple[str, ...]


class Known(NamedTuple):
    """What is asked for, and the probabilities that a form should give back."""

    asked: Asked
    test: Values
    clean: dict[str, Values]

    def write(self, path: Path, header: str, row: Callable[[str, str, str, int, list[str]], str]) -> Path:
        """Write a filled-in table, each row made by a function of its keys and probabilities."""
        from hzbench.benchmark.scoring.cells import ALL_CELLS

        lines = [header]
        for cell, values in zip(ALL_CELLS, self.test, strict=True):
            pictures = zip(self.asked.test.digests, self.asked.test.paths, values, strict=True)
            for digest, name, numbers in pictures:
                lines.append(
                    row(digest, name, cell.corruption or "clean", cell.severity, [str(n) for n in numbers])
                )
        for name, values in self.clean.items():
            part = self.asked.clean[name]
            for digest, file, numbers in zip(part.digests, part.paths, values, strict=True):
                lines.append(row(digest, file, "clean", 0, [str(n) for n in numbers]))
        path.write_text("\n".join(lines) + "\n")
        return path


def pictures_of(name: str, start: int, n: int) -> Pictures:
    """Return pictures with digests that count from a number."""
    return Pictures(tuple(f"{start + i:064x}" for i in range(n)), tuple(f"{name}/{i}.png" for i in range(n)))


@pytest.fixture(scope="session")
def known(make_predictions: Callable[..., Predictions]) -> Known:
    """The pictures and their probabilities."""
    small = make_predictions(6, validation=4)
    assert small.validation_probabilities is not None
    test = Pictures(small.digests, tuple(f"test/{i}.png" for i in range(6)))
    walk = softmax(np.random.default_rng(3).normal(size=(3, 4)))
    asked = Asked(CLASSES, test, {"val": pictures_of("val", 700, 4), "hz-w": pictures_of("hz-w", 800, 3)})
    return Known(asked, small.probabilities, {"val": small.validation_probabilities, "hz-w": walk})


@pytest.fixture
def filled(known: Known, tmp_path: Path) -> Path:
    """A filled-in CSV form."""
    header = "digest,path,corruption,severity,acne,herpes_zoster,tinea,other"
    return known.write(tmp_path / "form.csv", header, lambda d, p, c, s, v: ",".join((d, p, c, str(s), *v)))
