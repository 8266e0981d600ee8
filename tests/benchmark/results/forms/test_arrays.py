"""Forms as NumPy arrays: shapes, lists of digests, and files that hold something else."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hzbench.benchmark.errors import DataError
from hzbench.benchmark.results.forms.reading import read_form, write_form
from hzbench.benchmark.scoring.predictions import answers


@pytest.fixture
def saved(known: Any, tmp_path: Path) -> Path:
    """The arrays beside the lists of digests that the template writes."""
    path = tmp_path / "form.npy"
    assert write_form(path, known.asked) == 76 * 6 + 4 + 3
    assert not path.exists()
    np.save(path, known.test)
    for name, values in known.clean.items():
        np.save(tmp_path / f"form.{name}.npy", values)
    return path


def test_arrays_give_the_predictions(known: Any, saved: Path) -> None:
    """Bit for bit, with the validation pictures and the additional test set."""
    found = read_form(saved, known.asked)
    assert np.array_equal(found.test, known.test)
    assert all(np.array_equal(found.clean[name], known.clean[name]) for name in known.clean)
    for name in known.clean:
        (saved.parent / f"form.{name}.npy").unlink()
    assert read_form(saved, known.asked).clean == {}


@pytest.mark.parametrize("kind", ["order", "column order", "big end first", "float64"])
def test_pictures_and_bytes_may_come_in_any_order(known: Any, saved: Path, kind: str) -> None:
    """The list of digests says which picture is which, the header how numbers are stored."""
    values = known.test
    if kind == "order":
        values = known.test[:, ::-1]
        digests = saved.with_name("form.digests.txt")
        digests.write_text("\n".join(reversed(digests.read_text().split())))
    changed = {
        "column order": np.asfortranarray(values),
        "big end first": values.astype(">f4"),
        "float64": values.astype(np.float64),
    }
    np.save(saved, changed.get(kind, values))
    assert np.array_equal(read_form(saved, known.asked).test, known.test)


def test_class_numbers_are_answers(known: Any, saved: Path) -> None:
    """Whole numbers, one axis less."""
    np.save(saved, answers(known.test).astype(np.int8))
    for name, values in known.clean.items():
        np.save(saved.with_name(f"form.{name}.npy"), answers(values))
    found = read_form(saved, known.asked)
    assert found.answers_only
    assert np.array_equal(answers(found.test), answers(known.test))


class Payload:
    """Touches a file when it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self._marker = marker

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (f"touch '{self._marker}'",)


def header(text: str) -> Callable[[Any, Path], None]:
    """Return a change that writes a file with the given header and no data."""

    def write(known: Any, path: Path) -> None:
        line = text.encode() + b"\n"
        path.write_bytes(b"\x93NUMPY\x01\x00" + len(line).to_bytes(2, "little") + line)

    return write


def objects(known: Any, path: Path) -> None:
    """Save pickled objects."""
    np.save(path, np.array([Payload(path.with_name("executed"))], dtype=object), allow_pickle=True)


HOSTILE: dict[str, tuple[Callable[[Any, Path], None], str]] = {
    "objects": (objects, "an array of object"),
    "cut short": (lambda k, path: path.write_bytes(path.read_bytes()[:-8]), "cut short"),
    "longer": (lambda k, path: path.write_bytes(path.read_bytes() + b"\0"), "longer than its array"),
    "another shape": (
        lambda k, path: np.save(path, k.test[:75]),
        "shape (75, 6, 4); expected float32 probab",
    ),
    "structure": (lambda k, path: np.save(path, np.zeros(3, "f4,i4")), "expected float32 probabilities"),
    "text": (lambda k, path: np.save(path, np.zeros((76, 6, 4), "U3")), "expected float32 probabilities"),
    "logits": (lambda k, path: np.save(path, 9 * k.test), "clean, picture 0: values outside 0 to 1"),
    "sums": (lambda k, path: np.save(path, k.test / 2), "clean, picture 0: the probabilities sum to 0.5000"),
    "classes out of range": (
        lambda k, path: np.save(path, np.full((76, 6), 4)),
        "clean, picture 0: a class number is not 0 to 3",
    ),
    "huge": (header("{'descr': '<f4', 'fortran_order': False, 'shape': (76, 6, 1000000000000)}"), "expected"),
    "negative": (
        header("{'descr': '<f4', 'fortran_order': False, 'shape': (-76, 6, 4)}"),
        "expected float32",
    ),
    "code": (
        header("{'descr': __import__('os').system('true'), 'fortran_order': False, 'shape': ()}"),
        "readable",
    ),
    "nested": (header("(" * 5000), "not a readable .npy array"),
    "empty header": (header(""), "not a readable .npy array"),
    "version": (lambda k, path: path.write_bytes(b"\x93NUMPY\x09\x00" + b"\0" * 90), "version 9.0"),
    "no digests": (
        lambda k, path: path.with_name("form.digests.txt").unlink(),
        "needs form.digests.txt beside it",
    ),
    "a digest of another picture": (
        lambda k, path: path.with_name("form.digests.txt").write_text("0\n" * 6),
        "form.digests.txt: line 1: the dataset has no picture '0' there",
    ),
    "a digest twice": (
        lambda k, path: path.with_name("form.digests.txt").write_text((k.asked.test.digests[0] + "\n") * 6),
        "the dataset has no picture",
    ),
    "too few digests": (
        lambda k, path: path.with_name("form.digests.txt").write_text(k.asked.test.digests[0]),
        "1 digests; expected each of 6 once",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_file_that_cannot_be_scored_is_one_line_and_runs_nothing(
    known: Any, saved: Path, kind: str
) -> None:
    """Nothing is unpickled, nothing is allocated before shape and size are looked at."""
    change, said = HOSTILE[kind]
    change(known, saved)
    with pytest.raises(DataError) as caught:
        read_form(saved, known.asked)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not saved.with_name("executed").exists()


def test_the_payload_of_the_hostile_array_is_live(known: Any, tmp_path: Path) -> None:
    """Control: numpy itself executes it when told to unpickle."""
    objects(known, tmp_path / "form.npy")
    np.load(tmp_path / "form.npy", allow_pickle=True)
    assert (tmp_path / "executed").exists()
