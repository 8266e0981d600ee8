"""Predictions as a table that anyone can fill in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from hzbench.benchmark.errors import DataError, HzbenchError, UsageError
from hzbench.benchmark.results.predictions_form import read_form, write_form
from hzbench.benchmark.scoring.cells import ALL_CELLS
from hzbench.benchmark.scoring.predictions import Predictions
from hzbench.corruptions.version import SPECIFICATION

CLASSES = ("acne", "herpes_zoster", "tinea", "other")


class Pictures(NamedTuple):
    """What the form needs of a split."""

    digests: tuple[str, ...]
    paths: tuple[str, ...]
    labels: npt.NDArray[np.int64]
    groups: tuple[str, ...]
    skin_types: tuple[str, ...]


def pictures_of(digests: tuple[str, ...], labels: npt.NDArray[np.int64], name: str) -> Pictures:
    """Return pictures with paths made of a name."""
    n = len(digests)
    return Pictures(digests, tuple(f"{name}/{i}.png" for i in range(n)), labels, ("",) * n, ("",) * n)


@pytest.fixture(scope="module")
def small(make_predictions: Callable[..., Predictions]) -> Predictions:
    """Predictions of 6 test and 4 validation pictures."""
    return make_predictions(6, validation=4)


@pytest.fixture(scope="module")
def test_pictures(small: Predictions) -> Pictures:
    """The test pictures."""
    return pictures_of(small.digests, small.labels, "test")


@pytest.fixture(scope="module")
def validation(small: Predictions) -> Pictures:
    """The validation pictures."""
    assert small.validation_labels is not None
    return pictures_of(tuple(f"{i:064x}" for i in range(700, 704)), small.validation_labels, "validation")


@pytest.fixture
def filled(small: Predictions, test_pictures: Pictures, validation: Pictures, tmp_path: Path) -> pd.DataFrame:
    """The form, filled in with the predictions."""
    path = tmp_path / "form.csv"
    write_form(path, test_pictures, CLASSES, validation)
    form = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert small.validation_probabilities is not None
    rows = np.concatenate([small.probabilities.reshape(-1, 4), small.validation_probabilities])
    form[list(CLASSES)] = rows.astype(str)
    return form


def read(
    form: pd.DataFrame, tmp_path: Path, test_pictures: Pictures, validation: Pictures | None
) -> Predictions:
    """Write a form and read it back."""
    path = tmp_path / "filled.csv"
    form.to_csv(path, index=False)
    return read_form(path, test_pictures, CLASSES, "herpes_zoster", validation, specification=SPECIFICATION)


def test_the_template_has_a_row_for_each_picture_and_cell(
    test_pictures: Pictures, validation: Pictures, tmp_path: Path
) -> None:
    """76 x 6 test rows and 4 validation rows."""
    path = tmp_path / "form.csv"
    assert write_form(path, test_pictures, CLASSES, validation) == 76 * 6 + 4
    lines = path.read_text().splitlines()
    assert lines[0] == "digest,path,corruption,severity,acne,herpes_zoster,tinea,other"
    assert lines[1] == f"{test_pictures.digests[0]},test/0.png,clean,0,,,,"
    assert len(lines) == 76 * 6 + 4 + 1


def test_a_filled_form_gives_the_predictions(
    filled: pd.DataFrame, small: Predictions, test_pictures: Pictures, validation: Pictures, tmp_path: Path
) -> None:
    """Bit for bit, from rows in any order."""
    shuffled = filled.sample(frac=1, random_state=1)
    found = read(shuffled, tmp_path, test_pictures, validation)
    assert found.digest == small.digest


def test_paths_name_pictures_where_digests_are_left_out(
    filled: pd.DataFrame, small: Predictions, test_pictures: Pictures, validation: Pictures, tmp_path: Path
) -> None:
    """Either is enough."""
    found = read(filled.drop(columns="digest"), tmp_path, test_pictures, validation)
    assert found.digest == small.digest


def test_validation_rows_may_be_left_out(
    filled: pd.DataFrame, test_pictures: Pictures, validation: Pictures, tmp_path: Path
) -> None:
    """Then there is no operating point."""
    found = read(filled[: 76 * 6], tmp_path, test_pictures, validation)
    assert found.validation_labels is None


def test_a_nan_written_out_is_a_prediction(
    filled: pd.DataFrame, test_pictures: Pictures, validation: Pictures, tmp_path: Path
) -> None:
    """What a model said counts, as an error; an empty field is not filled in."""
    filled.loc[0, "acne"] = "nan"
    assert read(filled, tmp_path, test_pictures, validation).answers[0, 0] == -1


def without(form: pd.DataFrame, rows: list[int]) -> pd.DataFrame:
    """Return a form without some rows."""
    return form.drop(index=rows)


def with_value(form: pd.DataFrame, row: int, column: str, value: str) -> pd.DataFrame:
    """Return a form with one field changed."""
    form = form.copy()
    form.loc[row, column] = value
    return form


MENDABLE: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], str]] = {
    "rows missing": (
        lambda form: without(form, [0, 6, 7]),
        "3 of 456 rows are missing, in clean (1), gaussian_noise 1 (2). See: hzbench score --template",
    ),
    "cells missing": (lambda form: without(form, [*range(300, 456)]), "and 23 more cells"),
    "validation missing": (lambda form: without(form, [457]), "1 of 4 rows are missing, in clean (1)"),
    "row twice": (
        lambda form: pd.concat([form, form[8:9]]),
        "1 pictures occur twice, first in gaussian_noise 1",
    ),
    "column missing": (
        lambda form: form.drop(columns=["tinea", "severity"]),
        "lacks the columns severity, tinea",
    ),
    "no pictures": (lambda form: form.drop(columns=["digest", "path"]), "lacks the columns digest (or path)"),
    "unknown picture": (
        lambda form: with_value(form, 3, "digest", "abc"),
        "1 rows name a digest that the dataset lacks",
    ),
    "unknown corruption": (lambda form: with_value(form, 3, "corruption", "fogg"), "Did you mean 'fog'?"),
    "bad severity": (lambda form: with_value(form, 9, "severity", "6"), "severity '6' of gaussian_noise"),
    "not filled in": (lambda form: with_value(form, 5, "tinea", ""), "1 of 460 rows are not filled in"),
    "text": (lambda form: with_value(form, 5, "tinea", "high"), "a probability is not a number"),
    "logits": (
        lambda form: with_value(form, 5, "tinea", "-3.2"),
        "as logits do. Write probabilities: numpy.exp",
    ),
    "sum": (lambda form: with_value(form, 5, "tinea", "0.99999"), "do not sum to 1"),
    "corrupted validation": (
        lambda form: with_value(form, 457, "corruption", "fog").assign(
            severity=lambda table: table["severity"].where(table.index != 457, "2")
        ),
        "only clean ones are asked for",
    ),
}


@pytest.mark.parametrize("kind", MENDABLE)
def test_a_form_that_cannot_be_scored_says_what_to_mend(
    filled: pd.DataFrame, test_pictures: Pictures, validation: Pictures, tmp_path: Path, kind: str
) -> None:
    """Counted, with the first place and the next step."""
    change, said = MENDABLE[kind]
    with pytest.raises(DataError) as caught:
        read(change(filled), tmp_path, test_pictures, validation)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("form.parquet", b"", UsageError),
        ("missing.csv", None, DataError),
        ("empty.csv", b"", DataError),
        ("binary.csv", b"\xff\xfe\x00\x01", DataError),
        ("ragged.csv", b"a,b\n1,2\n1,2,3\n", DataError),
    ],
)
def test_a_file_that_is_no_table_is_one_line(
    test_pictures: Pictures, tmp_path: Path, name: str, content: bytes | None, error: type[HzbenchError]
) -> None:
    """No traceback of a parser."""
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error) as caught:
        read_form(path, test_pictures, CLASSES, "herpes_zoster", specification=SPECIFICATION)
    assert "\n" not in str(caught.value)


def test_a_class_named_like_a_key_is_refused(test_pictures: Pictures, tmp_path: Path) -> None:
    """Two columns of one name could not be told apart."""
    with pytest.raises(UsageError, match="'path'"):
        write_form(tmp_path / "form.csv", test_pictures, ("acne", "path"), None)


def test_the_form_covers_all_cells() -> None:
    """Every cell has a name that the reader knows."""
    assert len({cell.title for cell in ALL_CELLS}) == 76
