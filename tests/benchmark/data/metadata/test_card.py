"""The card of a dataset says what a reader needs to know, and nothing that is not so."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from hzbench.benchmark.data.building.origin import ClassMapId, Origin
from hzbench.benchmark.data.building.report import Drop, NearPair
from hzbench.benchmark.data.building.writing import Description
from hzbench.benchmark.data.dataset import Dataset, DatasetDocument
from hzbench.benchmark.data.index import IndexRow
from hzbench.benchmark.data.metadata import CARD_NAME, write_dataset_documents
from hzbench.benchmark.data.metadata.card import _where_types_come_from, dataset_card
from hzbench.benchmark.data.metadata.facts import Facts, facts_of
from hzbench.benchmark.data.metadata.markdown import plain, table
from hzbench.benchmark.data.rendering import Renderer, rendered_dataset


class PlannedPicture(NamedTuple):
    """One picture of a small plan."""

    index: int
    label: str
    split: str
    group: str
    skin_type: str
    condition: str = ""


@pytest.fixture
def card(odd: Dataset) -> str:
    """The card that the build wrote."""
    return (odd.root / CARD_NAME).read_text(encoding="utf-8")


def test_a_build_writes_the_card(card: str, odd: Dataset) -> None:
    """With the name, the licence and every digest."""
    assert f"# {odd.label}\n" in card
    assert "Licence: CC BY 4.0." in card
    assert f"| root | {odd.root_digest} |" in card
    for split in odd.splits.values():
        assert f"| {split.name} | {split.digest} |" in card


def test_the_counts_are_those_of_the_index(card: str, odd: Dataset) -> None:
    """Per class and split, with the focus class marked."""
    counts = odd.counts()
    row = [str(counts[split]["acne"]) for split in counts]
    total = sum(counts[split]["acne"] for split in counts)
    assert f"| acne | {' | '.join(row)} | {total} |" in card
    assert "| herpes_zoster (must not be missed) |" in card
    assert f" | {len(odd.rows)} |\n| groups |" in card


@pytest.mark.parametrize(
    "problem",
    [
        "1 picture of the source left out: cannot be decoded.",
        "1 picture of the source left out: a copy of another one.",
        "2 pictures of the source left out: one picture under two labels",
        "1 picture enlarged to 224 x 224, the smallest from 48 x 48",
        "skin types were estimated from the pictures themselves",
        "of herpes_zoster: a sensitivity near 50 % is uncertain by",
    ],
)
def test_known_problems_are_named(card: str, problem: str) -> None:
    """What the build dropped or changed, and what the numbers are too few for."""
    assert problem in card


def test_odd_names_break_no_table(card: str) -> None:
    """A class name with a bar and a tag stays in its cell and is no HTML."""
    assert r"| Actinic (solar) \| damage, &lt;b> |" in card
    assert "<b>" not in card


def test_writing_it_again_changes_nothing(odd: Dataset) -> None:
    """The card is made of the dataset alone."""
    before = (odd.root / CARD_NAME).read_bytes()
    assert write_dataset_documents(odd.root)[CARD_NAME] == before
    assert (odd.root / CARD_NAME).read_bytes() == before


def test_a_synthetic_set_says_so_first(tmp_path: Path) -> None:
    """Above everything else, and again among the problems."""
    row = IndexRow("test/acne/1.png", "acne", "test", "p", "rendered", "III", "0" * 64, "given")
    document = DatasetDocument(
        name="s",
        version="1",
        classes=("acne", "herpes_zoster"),
        focus_class="herpes_zoster",
        counts={"test": {"acne": 1, "herpes_zoster": 0}},
        root_digest=None,
        split_digests={"test": "0" * 64},
        canonical=1,
        framing="crop",
        decoder="none",
        synthetic=True,
        notice="synthetic pictures: no number here speaks of clinical performance",
    )
    text = dataset_card(Facts(document, (row,), ""))
    assert text.index("> **Synthetic pictures: no number") < text.index("## Classes and splits")
    assert "- Synthetic pictures: no number" in text
    assert "health data" not in text
    assert "| III | 1 |" in text
    assert "No picture of skin type I, II, IV, V, VI." in text


def test_estimated_skin_types_are_marked() -> None:
    """How many the source gives, and how many are a guess from the pixels."""
    rows = tuple(
        IndexRow(f"test/a/{one}.png", "a", "test", one, "s", "II", one * 64, how)
        for one, how in (("1", "given"), ("2", "estimated"), ("3", "estimated"))
    )

    class Document:
        synthetic = False

    facts = Facts(Document(), rows, "")
    assert "Given by the source: 1; estimated from the picture: 2." in _where_types_come_from(facts)


def test_what_the_build_left_out_and_could_not_settle_is_named(odd: Dataset) -> None:
    """By a source's rules, by reviewers, near duplicates, and the rules that another would need."""
    facts = facts_of(odd.root)
    assert facts.report is not None
    report = facts.report.model_copy(
        update={
            "dropped": (Drop(file="a.png", reason="review", detail="blurred"),),
            "left_out": (Drop(file="b.png", reason="below the label threshold", detail="Eczema 0.4"),) * 2,
            "near_duplicates": (NearPair(first="a", second="b", bits=3),),
            "near_duplicate_rule": "at most 10 bits",
            "unresolved": tuple(f"thing {number}" for number in range(22)),
        }
    )
    origin = Origin(
        source="scin",
        class_map=ClassMapId(source="scin", version="1", digest="ab" * 32),
        options={"label_threshold": "0.5"},
        suite="scin-hz-c/1",
    )
    document = facts.document.model_copy(update={"origin": origin})
    text = dataset_card(replace(facts, report=report, document=document))
    assert "- 1 picture of the source left out: by the verdict of reviewers." in text
    assert "- 2 pictures of the source left out: below the label threshold." in text
    assert "- 1 pair of near duplicates, each kept in one group (at most 10 bits)." in text
    assert "- Unresolved: thing 19.\n- 2 more unresolved things are in build_report.json." in text
    assert f"class map 1 (SHA-256 {'ab' * 32}), label threshold 0.5, suite scin-hz-c/1." in text


def test_tables_align_numbers() -> None:
    """Numbers to the right with thousands apart, text to the left."""
    lines = table(["what", "many"], [["a", 1200], ["b", 3]])
    assert lines == ["| what | many |", "| --- | ---: |", "| a | 1,200 |", "| b | 3 |"]


def test_foreign_text_stays_on_its_line() -> None:
    """Line breaks, bars, tags, links and code marks."""
    assert plain("a\n# b | <i> [x](y) `z`") == "a # b \\| &lt;i> \\[x](y) \\`z\\`"


def test_rendering_writes_the_card_too(tmp_path: Path) -> None:
    """For the splits that are there, and again when another is rendered."""
    description = Description("fake", "0", ("acne", "other"), "acne", synthetic=True, notice="rendered")
    plan = [
        PlannedPicture(index, label, split, f"p{index}", "II")
        for index, (label, split) in enumerate(product(("acne", "other"), ("train", "test")))
    ]
    renderer = Renderer(description, plan, lambda index: np.full((224, 224, 3), index, np.uint8), "mark")
    rendered_dataset(renderer, tmp_path / "fake", ("test",))
    first = (tmp_path / "fake" / CARD_NAME).read_text(encoding="utf-8")
    assert "> **Rendered.**" in first
    assert "| acne (must not be missed) | 1 | 1 |" in first
    assert "Some of its splits are not here" in first
    rendered_dataset(renderer, tmp_path / "fake", ("train",))
    second = (tmp_path / "fake" / CARD_NAME).read_text(encoding="utf-8")
    assert "| acne (must not be missed) | 1 | 1 | 2 |" in second
    assert "Some of its splits are not here" not in second


def test_conditions_of_additional_test_sets_are_counted(odd: Dataset) -> None:
    """Each set in a table of its own; the sources are those of train, val and test."""
    facts = facts_of(odd.root)
    extra = [
        row._replace(path=f"hz-w/{row.path}", split="hz-w", source="walk", condition=condition)
        for row, condition in zip(odd.rows[:3], ("dim/far", "dim/far", "day/close"), strict=True)
    ]
    counts = {**facts.document.counts, "hz-w": dict.fromkeys(odd.classes, 1)}
    document = facts.document.model_copy(update={"counts": counts})
    text = dataset_card(replace(facts, rows=(*facts.rows, *extra), document=document))
    assert "## Additional test set hz-w\n\n| condition | pictures |\n| --- | ---: |\n| dim/far | 2 |" in text
    assert "| walk |" not in text
