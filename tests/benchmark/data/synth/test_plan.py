"""The plan of sdhz-synth: which pictures there are, whose they are, and that skin tone tells no class."""

from collections import Counter, defaultdict

import numpy as np
import pytest
from scipy.stats import chi2_contingency

from hzbench.benchmark.data.synth import extra_plan, plan
from hzbench.benchmark.data.synth.plan import KINDS, SKIN_TYPES, PictureRecord
from hzbench.benchmark.data.synth.scene import DISTANCES, LIGHTS


def test_indices_count_from_zero_without_a_gap() -> None:
    """A record's place in the plan is its index."""
    assert [record.index for record in plan()] == list(range(2400))


@pytest.mark.parametrize(
    ("split", "small", "other"), [("train", 280, 840), ("val", 40, 120), ("test", 80, 240)]
)
def test_a_split_holds_its_share_of_every_class(split: str, small: int, other: int) -> None:
    """Train, val and test hold 70, 10 and 20 per cent of each class."""
    counts = Counter(record.label for record in plan() if record.split == split)
    assert counts == {"acne": small, "herpes_zoster": small, "tinea": small, "other": other}


def persons() -> dict[str, list[PictureRecord]]:
    """Return the records of each person."""
    found = defaultdict(list)
    for record in plan():
        found[record.group].append(record)
    return found


def test_there_are_about_fifteen_hundred_persons_with_one_to_three_pictures() -> None:
    """Persons have 1, 2 or 3 pictures, all numbers occur, and there are about 1,500 persons."""
    sizes = Counter(len(records) for records in persons().values())
    assert set(sizes) == {1, 2, 3}
    assert 1400 <= sum(sizes.values()) <= 1600


@pytest.mark.parametrize("trait", ["split", "label", "skin_type", "kind"])
def test_a_person_never_changes(trait: str) -> None:
    """All pictures of a person have one split, one diagnosis, one skin tone and one kind of lesion."""
    assert all(len({getattr(record, trait) for record in records}) == 1 for records in persons().values())


@pytest.mark.parametrize("split", ["train", "val", "test", "all"])
def test_skin_tone_is_independent_of_the_class(split: str) -> None:
    """A chi-square test over persons finds no association of Fitzpatrick type and label."""
    table: Counter[tuple[str, str]] = Counter()
    for records in persons().values():
        if split in ("all", records[0].split):
            table[records[0].label, records[0].skin_type] += 1
    labels = sorted({label for label, _ in table})
    counts = np.array([[table[label, skin_type] for skin_type in SKIN_TYPES] for label in labels])
    assert chi2_contingency(counts).pvalue > 0.2


@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_every_split_has_every_kind_of_other_disease(split: str) -> None:
    """No look-alike is met for the first time in the test split."""
    kinds = {record.kind for record in plan() if record.split == split and record.label == "other"}
    assert kinds == set(KINDS["other"])


def test_additional_test_sets_go_on_where_the_plan_ends() -> None:
    """`gate` has the plan's size and classes, `hz-w` is zoster; their indices count on from the plan's."""
    assert [record.index for record in extra_plan()] == list(range(2400, 5700))
    gate = Counter(record.label for record in extra_plan() if record.split == "gate")
    assert gate == {"acne": 400, "herpes_zoster": 400, "tinea": 400, "other": 1200}
    assert {record.label for record in extra_plan() if record.split == "hz-w"} == {"herpes_zoster"}


def test_additional_test_sets_have_persons_of_their_own() -> None:
    """Nobody in the plan is in `gate` or `hz-w`, nor anybody in both."""
    groups = [{record.group for record in plan()}]
    groups += [{record.group for record in extra_plan() if record.split == name} for name in ("gate", "hz-w")]
    assert len(set.union(*groups)) == sum(len(group) for group in groups)


def test_every_person_of_hz_w_is_seen_under_every_condition() -> None:
    """Three lights by three distances, each with the same 100 persons."""
    seen = defaultdict(list)
    for record in extra_plan():
        if record.split == "hz-w":
            seen[record.condition].append(record.group)
    assert set(seen) == {f"{light}/{distance}" for light in LIGHTS for distance in DISTANCES}
    assert all(len(set(persons)) == 100 and persons == seen["daylight/close-up"] for persons in seen.values())
