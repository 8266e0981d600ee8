"""Forms as tables: written empty, filled in by anyone, read line by line."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hzbench.benchmark.errors import DataError, HzbenchError, UsageError
from hzbench.benchmark.results.forms.layout import Asked
from hzbench.benchmark.results.forms.reading import form_kind, read_form, write_form
from hzbench.benchmark.scoring.predictions import answers


def assert_equal(found: Any, known: Any) -> None:
    """Compare a form that was read with what was written, bit for bit."""
    assert np.array_equal(found.test, known.test)
    assert found.test.dtype == np.float32
    assert set(found.clean) == set(known.clean)
    for name, values in known.clean.items():
        assert np.array_equal(found.clean[name], values), name


def test_the_template_has_a_row_for_each_picture_and_cell(known: Any, tmp_path: Path) -> None:
    """76 x 6 test rows, then one clean row for each validation and additional picture."""
    path = tmp_path / "form.csv"
    assert write_form(path, known.asked) == 76 * 6 + 4 + 3
    lines = path.read_text().splitlines()
    assert lines[0] == "digest,path,corruption,severity,acne,herpes_zoster,tinea,other"
    assert lines[1] == f"{known.asked.test.digests[0]},test/0.png,clean,0,,,,"
    assert lines[-1].endswith("hz-w/2.png,clean,0,,,,")
    assert len(lines) == 76 * 6 + 4 + 3 + 1


def test_a_filled_form_gives_the_predictions_whatever_the_order_of_its_rows(known: Any, filled: Path) -> None:
    """Bit for bit, validation and additional test set included; Windows line ends and a BOM do no harm."""
    header, *rows = filled.read_text().splitlines()
    random.Random(1).shuffle(rows)
    filled.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([header, *rows, "", ""]).encode())
    found = read_form(filled, known.asked)
    assert_equal(found, known)
    assert not found.answers_only


def test_paths_name_pictures_where_digests_are_left_out(known: Any, tmp_path: Path) -> None:
    """Either is enough, and columns may come in any order, with others among them."""
    path = known.write(
        tmp_path / "form.csv",
        "other,note,severity,corruption,acne,tinea,herpes_zoster,path",
        lambda d, p, c, s, v: ",".join((v[3], '"a, b"', str(s), c, v[0], v[2], v[1], p)),
    )
    assert_equal(read_form(path, known.asked), known)


def test_sets_of_clean_pictures_may_be_left_out_whole(known: Any, filled: Path) -> None:
    """Then there is no operating point, or no additional test set."""
    filled.write_text("".join(filled.read_text().splitlines(keepends=True)[: 1 + 76 * 6 + 4]))
    assert set(read_form(filled, known.asked).clean) == {"val"}


def test_classes_alone_may_be_given(known: Any, tmp_path: Path) -> None:
    """One column with the answer in place of one for each class."""
    path = known.write(
        tmp_path / "form.csv",
        "digest,corruption,severity,answer",
        lambda d, p, c, s, v: ",".join((d, c, str(s), known.asked.classes[int(np.argmax(np.float32(v)))])),
    )
    found = read_form(path, known.asked)
    assert found.answers_only
    assert np.array_equal(answers(found.test), answers(known.test))
    assert set(np.unique(found.test)) == {0, 1}


def test_a_nan_written_out_is_a_prediction(known: Any, filled: Path) -> None:
    """What a model said counts, as an error; an empty field is not filled in."""
    lines = filled.read_text().splitlines()
    lines[1] = lines[1].rsplit(",", 1)[0] + ",nan"
    filled.write_text("\n".join(lines))
    assert answers(read_form(filled, known.asked).test)[0, 0] == -1


def change(number: int, text: str) -> Callable[[list[str]], list[str]]:
    """Return a change of the field `text` names, in the line with that number (the header is line 1)."""

    def changed(lines: list[str]) -> list[str]:
        column, _, value = text.partition("=")
        fields = lines[number - 1].split(",")
        fields[lines[0].split(",").index(column)] = value
        return [*lines[: number - 1], ",".join(fields), *lines[number:]]

    return changed


MENDABLE: dict[str, tuple[Callable[[list[str]], list[str]], str]] = {
    "rows missing": (
        lambda lines: [line for i, line in enumerate(lines) if i not in (1, 7, 8)],
        "3 of 456 rows of the test pictures are missing, in clean (1), gaussian_noise 1 (2). "
        "See: hzbench score --template FILE",
    ),
    "cells missing": (lambda lines: lines[:301], "and 23 more cells"),
    "validation missing": (
        lambda lines: [*lines[:458], *lines[459:]],
        "1 of 4 rows of val are missing. Leave out all of them or none",
    ),
    "row twice": (
        lambda lines: [*lines, lines[8]],
        "line 465: this picture and cell has a row already",
    ),
    "column missing": (
        lambda lines: [",".join(line.split(",")[:-1]) for line in lines],
        "lacks the columns other. See: hzbench score --template FILE",
    ),
    "column twice": (
        lambda lines: [f"{line},{line}" for line in lines],
        "the column 'digest' is there twice",
    ),
    "no pictures": (
        lambda lines: [line.split(",", 2)[2] for line in lines],
        "lacks the columns digest (or path)",
    ),
    "unknown picture": (change(4, "digest=abc"), "line 4: the dataset has no picture 'abc'"),
    "unknown corruption": (
        change(4, "corruption=fogg"),
        "line 4: unknown corruption 'fogg'. Did you mean 'fog'?",
    ),
    "bad severity": (change(9, "severity=6"), "line 9: severity '6' of gaussian_noise; expected 1 to 5"),
    "odd severity": (change(9, "severity=²"), "line 9: severity '²' of gaussian_noise; expected 1 to 5"),
    "clean severity": (
        change(2, "severity=1"),
        "line 2: severity '1' of clean; expected 1 to 5, or 0 for clean",
    ),
    "not filled in": (change(6, "tinea="), "line 6: not filled in"),
    "text": (change(6, "tinea=high"), "line 6: a probability is not a number (could not convert"),
    "many digits": (change(6, "tinea=0." + "1" * 70), "line 6: a probability is not a number"),
    "logits": (change(6, "tinea=-3.2"), "line 6: values outside 0 to 1, as logits have them. Write probab"),
    "sum": (change(6, "tinea=0.99999"), "line 6: the probabilities sum to"),
    "corrupted validation": (
        lambda lines: change(458, "corruption=fog")(change(458, "severity=2")(lines)),
        "line 458: fog 2 of a picture that is not in the test split; only its clean row is asked for",
    ),
    "ragged": (lambda lines: [*lines[:5], lines[5] + ",1", *lines[6:]], "line 6: 9 fields; expected 8"),
    "open quote": (lambda lines: [*lines[:5], '"' + lines[5], *lines[6:]], "not a readable table"),
    "zero bytes": (lambda lines: [*lines[:5], "\0", *lines[6:]], "line 6 holds zero bytes"),
    "endless line": (
        lambda lines: [*lines[:5], "a" * (1 << 20), *lines[6:]],
        "line 6 has more than 1,048,576",
    ),
    "endless field": (
        lambda lines: [*lines[:5], "a" * (1 << 18), *lines[6:]],
        "line 6: not a readable table",
    ),
}


@pytest.mark.parametrize("kind", MENDABLE)
def test_a_form_that_cannot_be_scored_says_what_to_mend(known: Any, filled: Path, kind: str) -> None:
    """One sentence: the line, what is wrong there and the next step."""
    how, said = MENDABLE[kind]
    filled.write_text("\n".join(how(filled.read_text().splitlines())) + "\n")
    with pytest.raises(DataError) as caught:
        read_form(filled, known.asked)
    assert said in str(caught.value)
    assert str(caught.value).startswith(str(filled))
    assert "\n" not in str(caught.value)


def test_an_answer_that_is_no_class_lists_the_classes(known: Any, tmp_path: Path) -> None:
    """Markup in it is shown as text, cut short."""
    path = known.write(
        tmp_path / "form.csv",
        "digest,corruption,severity,answer",
        lambda d, p, c, s, v: f"{d},{c},{s},zoster",
    )
    with pytest.raises(DataError, match=r"line 2: 'zoster' is no class. Valid names: acne, herpes_zoster"):
        read_form(path, known.asked)


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("form.xlsx", b"PK\x03\x04", UsageError),
        ("missing.csv", None, DataError),
        ("empty.csv", b"", DataError),
        ("binary.csv", b"\xff\xfe\x00\x01", DataError),
        ("late.csv", b"digest,corruption,severity,answer\n" + b"a" * 9000 + b"\xff\n", DataError),
    ],
)
def test_a_file_that_is_no_form_is_one_line(
    known: Any, tmp_path: Path, name: str, content: bytes | None, error: type[HzbenchError]
) -> None:
    """No traceback of a parser."""
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error) as caught:
        read_form(path, known.asked)
    assert "\n" not in str(caught.value)


def test_what_a_file_is_is_told_from_its_content(filled: Path, tmp_path: Path) -> None:
    """A form without an ending is one; a checkpoint, a folder and nothing are none."""
    assert form_kind(filled) == form_kind(filled.rename(tmp_path / "predictions")) == ".csv"
    (tmp_path / "model.pt").write_bytes(b"PK\x03\x04")
    for name in ("model.pt", "", "nothing"):
        assert form_kind(tmp_path / name) is None


def test_a_class_named_like_a_column_is_refused(known: Any, tmp_path: Path) -> None:
    """Two columns of one name could not be told apart."""
    for name in ("path", "answer"):
        asked = Asked(("acne", name), known.asked.test, {})
        with pytest.raises(UsageError, match=repr(name)):
            write_form(tmp_path / "form.csv", asked)
    with pytest.raises(UsageError, match=r"\.csv, \.parquet, \.npy"):
        write_form(tmp_path / "form.txt", known.asked)
