"""Forms as Parquet: the same rows as CSV, and files that try to fill the memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from hzbench.benchmark.errors import DataError, UsageError
from hzbench.benchmark.results.forms import parquet
from hzbench.benchmark.results.forms.reading import form_kind, read_form, write_form

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")


@pytest.fixture
def frame(filled: Path) -> pd.DataFrame:
    """The filled-in form as pandas reads it."""
    return pd.read_csv(filled, dtype={"digest": str}).astype(
        dict.fromkeys(("acne", "herpes_zoster", "tinea", "other"), np.float32)
    )


def test_a_parquet_form_gives_what_the_csv_gives(known: Any, frame: pd.DataFrame, tmp_path: Path) -> None:
    """As pandas writes it, in row groups, with categories and an index."""
    path = tmp_path / "predictions"
    frame["corruption"] = frame["corruption"].astype("category")
    frame.sample(frac=1, random_state=2).to_parquet(path, row_group_size=100)
    assert form_kind(path) == ".parquet"
    found = read_form(path, known.asked)
    assert np.array_equal(found.test, known.test)
    assert all(np.array_equal(found.clean[name], known.clean[name]) for name in known.clean)


def test_answers_and_float64_are_taken_too(known: Any, frame: pd.DataFrame, tmp_path: Path) -> None:
    """Whatever the number type, and classes as text."""
    numbers = frame.drop(columns="path").astype({"acne": float, "severity": "int8"})
    numbers.to_parquet(tmp_path / "numbers.parquet")
    assert np.array_equal(read_form(tmp_path / "numbers.parquet", known.asked).test, known.test)
    classes = list(known.asked.classes)
    answered = frame[["digest", "corruption", "severity"]].assign(answer=frame[classes].idxmax(axis=1))
    answered.to_parquet(tmp_path / "answers.parquet")
    assert read_form(tmp_path / "answers.parquet", known.asked).answers_only


def test_the_empty_form_has_the_rows_and_no_values(known: Any, tmp_path: Path) -> None:
    """Reading it back says that nothing is filled in."""
    path = tmp_path / "form.parquet"
    assert write_form(path, known.asked) == 76 * 6 + 4 + 3
    table = pq.read_table(path)
    assert table.column_names[-4:] == list(known.asked.classes)
    assert table["acne"].null_count == 76 * 6 + 4 + 3
    with pytest.raises(DataError, match="row 1: not filled in"):
        read_form(path, known.asked)


def bomb(path: Path, frame: pd.DataFrame) -> None:
    """Write 200 kB that unpack to 64 GiB: one text of 16 MiB, 4096 times."""
    text = "a" * (16 << 20)
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 4096, pa.int32()), pa.array([text]))
    others = {name: pa.array([0.25] * 4096) for name in ("acne", "herpes_zoster", "tinea", "other")}
    table = pa.table({"digest": column, "corruption": column, "severity": pa.array([0] * 4096)} | others)
    pq.write_table(table, path, compression="zstd")


def damaged(path: Path, frame: pd.DataFrame) -> None:
    """Write a form with its middle overwritten."""
    frame.to_parquet(path)
    content = bytearray(path.read_bytes())
    content[len(content) // 3 : len(content) // 3 + 200] = b"\xff" * 200
    path.write_bytes(content)


def nested(path: Path, frame: pd.DataFrame) -> None:
    """Write lists where numbers belong."""
    frame.assign(acne=[[0.25]] * len(frame)).to_parquet(path)


HOSTILE = {
    "nothing but the mark": lambda path, frame: path.write_bytes(b"PAR1" * 5),
    "cut short": lambda path, frame: (frame.to_parquet(path), path.write_bytes(path.read_bytes()[:-40])),
    "damaged": damaged,
    "nested": nested,
    "a bomb": bomb,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_one_line(known: Any, frame: pd.DataFrame, tmp_path: Path, kind: str) -> None:
    """The decoder fails in its own process, under its own limit of memory."""
    path = tmp_path / "form.parquet"
    HOSTILE[kind](path, frame)
    with pytest.raises(DataError) as caught:
        read_form(path, known.asked)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 700


def test_an_error_names_the_row(known: Any, frame: pd.DataFrame, tmp_path: Path) -> None:
    """Counted from 1, as data frames have no header line; columns that lack are named."""
    path = tmp_path / "form.parquet"
    frame.loc[4, "tinea"] = np.float32(-3)
    frame.to_parquet(path)
    with pytest.raises(DataError, match="row 5: values outside 0 to 1"):
        read_form(path, known.asked)
    frame.drop(columns="severity").to_parquet(path)
    with pytest.raises(DataError, match="lacks the columns severity"):
        read_form(path, known.asked)


def test_without_pyarrow_the_extra_is_named(
    known: Any, frame: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence with what to install."""
    frame.to_parquet(tmp_path / "form.parquet")
    monkeypatch.setattr(parquet.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"pip install 'hzbench\[parquet\]'"):
        read_form(tmp_path / "form.parquet", known.asked)
