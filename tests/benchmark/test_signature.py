"""The one line that says what makes two results comparable."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hzbench.benchmark.signature import Signature, comparable, explain

LINE = (
    "hzbench:1.0|spec:0|data:sdhz-synth-0@0123abcd|n:480|ref:alexnet1@77ab01ee"
    "|suite:224|dtype:fp32|jpeg:9e8d7c6b"
)


def build(**changes: object) -> Signature:
    """Return the signature of LINE, or one that differs from it."""
    fields: dict[str, object] = {
        "hzbench": "1.0.3",
        "specification": 0,
        "data": "sdhz-synth-0",
        "data_digest": "0123abcd" + "0" * 56,
        "n": 480,
        "reference": "alexnet1",
        "reference_digest": "77ab01ee" + "0" * 56,
        "suite": 224,
        "dtype": "fp32",
        "jpeg_digest": "9e8d7c6b" + "0" * 56,
    }
    return Signature.build(**(fields | changes))  # type: ignore[arg-type]  # a test's dictionary


def test_the_line_is_the_documented_one() -> None:
    """Digests shortened to 8 digits, the version to major and minor."""
    assert str(build()) == LINE


def test_a_line_survives_parsing() -> None:
    """What is printed can be read."""
    assert Signature.parse(LINE) == build()
    assert str(Signature.parse(LINE + "|draw:7")) == LINE + "|draw:7"


def test_the_draw_is_shown_only_where_it_is_not_zero() -> None:
    """Draw 0 is SD-HZ-C itself."""
    assert str(build(draw=0)) == LINE
    assert str(build(draw=3)) == LINE + "|draw:3"


def test_no_reference_is_said() -> None:
    """The field stays, so that the columns of two lines agree."""
    assert "|ref:none|" in str(build(reference=None, reference_digest=None))
    with pytest.raises(ValueError, match="together"):
        build(reference_digest=None)


def test_the_version_of_the_program_may_differ() -> None:
    """All but the first field must agree."""
    assert comparable(LINE, LINE.replace("hzbench:1.0", "hzbench:2.7"))
    assert explain(LINE, LINE.replace("hzbench:1.0", "hzbench:2.7")) is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"specification": 1}, "version of the corruption specification: 0 and 1"),
        (
            {"data_digest": "f" * 64},
            "digest of its test split): sdhz-synth-0@0123abcd and sdhz-synth-0@ffffffff",
        ),
        ({"n": 60}, "number of pictures: 480 and 60"),
        (
            {"reference": "alexnet5"},
            "reference that errors are divided by: alexnet1@77ab01ee and alexnet5@77ab01ee",
        ),
        ({"suite": 299}, "side of the corrupted pictures in pixels: 224 and 299"),
        ({"dtype": "fp16"}, "number format of the model: fp32 and fp16"),
        ({"jpeg_digest": "0" * 64}, "JPEG coder (digest of a probe set): 9e8d7c6b and 00000000"),
        ({"draw": 2}, "draw of the random corruptions: 0 and 2"),
        ({"n": 60, "draw": 2}, "number of pictures: 480 and 60"),
    ],
)
def test_the_first_difference_is_explained_in_words(change: dict[str, object], words: str) -> None:
    """Every other field separates results."""
    other = build(**change)
    assert not comparable(LINE, other)
    explanation = explain(LINE, str(other))
    assert explanation is not None
    assert explanation.endswith(words)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "expected hzbench, spec"),
        (LINE.replace("n:480", "n:many"), "field n is 'many', not a number of pictures"),
        (LINE.replace("|n:480", ""), "has the fields"),
        (LINE + "|n:480", "has the fields"),
        (LINE + "|draw:-1", "field draw"),
        (LINE.replace("@0123abcd", ""), "field data"),
        (LINE.replace("jpeg:9e8d7c6b", "jpeg:XYZ"), "field jpeg"),
        (LINE.replace("fp32", "fp 32"), "field dtype"),
    ],
)
def test_a_malformed_line_is_refused_with_its_field(line: str, said: str) -> None:
    """Named, with what was expected."""
    with pytest.raises(ValueError, match=said):
        Signature.parse(line)


@settings(max_examples=50, deadline=None)
@given(name=st.text(max_size=30), draw=st.integers(0, 9999))
def test_any_dataset_name_gives_a_line_that_can_be_read(name: str, draw: int) -> None:
    """Separators and spaces in a folder's name do no harm."""
    signature = build(data=name, draw=draw)
    assert Signature.parse(str(signature)) == signature


def test_the_key_of_a_board_leaves_the_version_out() -> None:
    """Boards group by it."""
    assert build().comparison_key == LINE.partition("|")[2]
    assert replace(build(), hzbench="9.9").comparison_key == build().comparison_key
