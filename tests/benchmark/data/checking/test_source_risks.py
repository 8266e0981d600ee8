"""A source that holds one class only tells it: its watermark is enough."""

from __future__ import annotations

import pytest

from hzbench.benchmark.data.checking.source_risks import source_risks


@pytest.mark.parametrize(
    ("sources", "found"),
    [
        ({"one": {"a": 50, "b": 50}}, []),
        ({"one": {"a": 100, "b": 0}}, []),
        ({"one": {"a": 50, "b": 50}, "two": {"a": 40, "b": 60}}, []),
        ({"one": {"a": 50, "b": 50}, "two": {"a": 0, "b": 60}}, [("two", "b")]),
        ({"one": {"a": 50, "b": 50}, "two": {"a": 0, "b": 4}}, []),
        ({"one": {"a": 99, "b": 1}, "two": {"a": 1, "b": 99}}, [("one", "a"), ("two", "b")]),
    ],
)
def test_a_source_that_is_a_class_is_a_risk(
    sources: dict[str, dict[str, int]], found: list[tuple[str, str]]
) -> None:
    """One source alone, mixed ones and tiny ones are none."""
    assert [(risk.source, risk.label) for risk in source_risks(sources, ("a", "b"))] == found


def test_the_sentence_says_how_much() -> None:
    """Of the source, and of the class."""
    (risk,) = source_risks({"one": {"a": 50, "b": 50}, "two": {"a": 0, "b": 150}}, ("a", "b"))
    assert risk.sentence().startswith(
        "watermark risk: 100 % of source two is b (150 pictures, 75 % of that class)"
    )
