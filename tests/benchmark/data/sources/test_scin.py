"""SCIN: weighted labels, the threshold, skin types, and the odd rows that the real files have."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from hzbench.benchmark.data.sources.scin import picture_names, read_scin
from hzbench.benchmark.errors import DataError, UsageError

BLURRED = "NO_IMAGE_QUALITY_INSUFFICIENT"


def reasons(listing: Any) -> Counter[str]:
    """Pictures left out, by reason."""
    return Counter(drop.reason for drop in listing.left_out)


def test_the_condition_with_the_largest_weight_gives_the_class(filled_scin: Any) -> None:
    """The pictures of a case are one group."""
    listing = read_scin(filled_scin.write())
    assert Counter(item.label for item in listing.items) == {
        "acne": 8,
        "herpes_zoster": 8,
        "tinea": 8,
        "other": 8,
    }
    groups = Counter(item.group for item in listing.items)
    assert len(groups) == 16
    assert set(groups.values()) == {2}
    assert {(item.source, item.sub_class) for item in listing.items if item.label == "other"} == {
        ("scin", "Eczema")
    }
    assert listing.origin is not None
    assert listing.origin.options == {"label_threshold": "0.5"}


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.8])
def test_the_threshold_decides_which_cases_are_taken(filled_scin: Any, threshold: float) -> None:
    """A weight that reaches it is enough, and what is left out is counted."""
    for weight in (0.3, 0.5, 0.79, 0.8):
        rest = round((1 - weight) / 4, 4)
        filled_scin.add(f"{{'Tinea': {weight}, 'A': {rest}, 'B': {rest}, 'C': {rest}, 'D': {rest}}}")
    listing = read_scin(filled_scin.write(), label_threshold=threshold)
    taken = sum(weight >= threshold for weight in (0.3, 0.5, 0.79, 0.8))
    tinea = [item for item in listing.items if item.label == "tinea"]
    assert len(tinea) == taken + (8 if threshold <= 0.75 else 0)
    assert reasons(listing)["below the label threshold"] == 4 - taken + (0 if threshold <= 0.75 else 32)


@pytest.mark.parametrize(
    ("weights", "label", "reason"),
    [
        ("", BLURRED, "case without a label"),
        ("{}", BLURRED, "case without a label"),
        ("nan", BLURRED, "case without a label"),
        ("{}", "DEFAULT_YES_IMAGE_QUALITY_SUFFICIENT", "gradable case without a label"),
        ("{'Acne': 0.5, 'Eczema': 0.5}", "", "tie between classes"),
        ("{'Acne': 0.4, 'Eczema': 0.3, 'Tinea': 0.3}", "", "below the label threshold"),
        ("['Acne']", "", "label that cannot be read"),
        ("{'Acne': 'much'}", "", "label that cannot be read"),
        ("{'Acne': 0.5", "", "label that cannot be read"),
        ("{'Acne': 7}", "", "label that cannot be read"),
        ("__import__('os').abort()", "", "label that cannot be read"),
        ("{'Kerion of beard': 1.0}", "", "sub-class not in the class map"),
    ],
)
def test_a_case_that_has_no_class_is_left_out_with_the_reason(
    filled_scin: Any, weights: str, label: str, reason: str
) -> None:
    """Each of its pictures is counted; text is never run."""
    name = filled_scin.add(weights, 3, dermatologist_gradable_for_skin_condition_1=label)
    listing = read_scin(filled_scin.write())
    assert reasons(listing) == {reason: 3}
    assert all(drop.source == "scin" and name in drop.detail for drop in listing.left_out)
    assert any(f"17 cases, 16 taken at label threshold 0.5; left out: 1 {reason}" in n for n in listing.notes)


def test_a_tie_within_one_class_is_taken(filled_scin: Any) -> None:
    """Tinea and tinea versicolor are both tinea."""
    filled_scin.add("{'Tinea Versicolor': 0.5, 'Tinea': 0.5}")
    assert read_scin(filled_scin.write()).items[-1].label == "tinea"


def test_a_weight_that_rounding_took_a_hair_from_is_enough(filled_scin: Any) -> None:
    """Sums of weights are not exact."""
    filled_scin.add("{'Tinea': 0.49999999999999994, 'Eczema': 0.3, 'Acne': 0.2}")
    assert read_scin(filled_scin.write()).left_out == ()


def test_missing_pictures_are_counted_and_absent_ones_are_not(filled_scin: Any) -> None:
    """Cases have one to three pictures; a file that is named and not there is a loss."""
    filled_scin.add("{'Acne': 1.0}", 1)
    filled_scin.add("{'Acne': 1.0}", 0)
    root = filled_scin.write()
    (root / filled_scin.cases[0]["image_2_path"]).unlink()
    listing = read_scin(root)
    assert reasons(listing) == {"missing picture": 1, "case without a picture": 1}
    assert len(listing.items) == 32


def test_a_path_that_leaves_the_folder_is_missing(filled_scin: Any, tmp_path: Any) -> None:
    """A CSV from elsewhere cannot reach other files."""
    (tmp_path / "secret.png").write_bytes(b"x")
    filled_scin.add("{'Acne': 1.0}", 1, case={"image_1_path": "../secret.png"})
    filled_scin.add("{'Acne': 1.0}", 1, case={"image_1_path": str(tmp_path / "secret.png")})
    assert reasons(read_scin(filled_scin.write())) == {"missing picture": 2}


@pytest.mark.parametrize(
    ("estimates", "own", "expected"),
    [
        (("FST2", "", ""), "FST6", "II"),
        (("FST2", "FST3", ""), "", "III"),
        (("FST5", "FST2", "FST3"), "", "III"),
        (("", "", ""), "FST4", "IV"),
        (("", "", ""), "NONE_IDENTIFIED", ""),
        (("", "", ""), "NONE_SELECTED", ""),
        (("", "", ""), "", ""),
    ],
)
def test_the_skin_type_is_the_dermatologists_median(
    filled_scin: Any, estimates: tuple[str, ...], own: str, expected: str
) -> None:
    """The darker of two; without an estimate what the person said; without that nothing."""
    labels = {f"dermatologist_fitzpatrick_skin_type_label_{n}": e for n, e in enumerate(estimates, start=1)}
    filled_scin.add("{'Acne': 1.0}", 1, case={"fitzpatrick_skin_type": own}, **labels)
    assert read_scin(filled_scin.write()).items[-1].skin_type == expected


def test_optional_columns_may_be_absent(filled_scin: Any) -> None:
    """Only the case, its first picture and its weights must be there."""
    filled_scin.case_columns = ("case_id", "image_1_path")
    filled_scin.label_columns = ("case_id", "weighted_skin_condition_label")
    for rows, columns in (
        (filled_scin.cases, filled_scin.case_columns),
        (filled_scin.labels, filled_scin.label_columns),
    ):
        rows[:] = [{name: row.get(name, "") for name in columns} for row in rows]
    listing = read_scin(filled_scin.write())
    assert len(listing.items) == 16
    assert {item.skin_type for item in listing.items} == {""}


@pytest.mark.parametrize(
    ("which", "column"),
    [("case_columns", "image_1_path"), ("label_columns", "weighted_skin_condition_label")],
)
def test_a_needed_column_that_is_absent_is_named(filled_scin: Any, which: str, column: str) -> None:
    """With the closest of those that are there."""
    rows = filled_scin.cases if which == "case_columns" else filled_scin.labels
    for row in rows:
        row[f"{column}s"] = row.pop(column)
    setattr(filled_scin, which, tuple(rows[0]))
    with pytest.raises(DataError, match=f"no column '{column}'. Did you mean '{column}s'"):
        read_scin(filled_scin.write())


def test_cases_without_labels_and_cases_that_appear_twice(filled_scin: Any) -> None:
    """The first are left out; the second make the table doubtful, and it is refused."""
    del filled_scin.labels[0]
    assert reasons(read_scin(filled_scin.write())) == {"case without a row of labels": 2}
    filled_scin.cases.append(filled_scin.cases[3])
    with pytest.raises(DataError, match=r"line 18: case .* appears twice"):
        read_scin(filled_scin.write())


def test_only_the_releases_that_are_asked_for_are_taken(filled_scin: Any) -> None:
    """A later release adds cases; a fixed one must not change with it."""
    filled_scin.add("{'Acne': 1.0}", 2, case={"release": "1.1.0"})
    assert len(read_scin(filled_scin.write()).items) == 34
    listing = read_scin(filled_scin.write(), releases=("1.0.0",))
    assert len(listing.items) == 32
    assert reasons(listing) == {"of another release": 2}
    with pytest.raises(DataError, match=r"\(cases: 17 of another release\)"):
        read_scin(filled_scin.root, releases=("2.0.0",))


def test_other_cases_in_which_somebody_saw_zoster_are_counted(filled_scin: Any) -> None:
    """They stay, and the report says how many there are."""
    filled_scin.add("{'Eczema': 0.6, 'Herpes Zoster': 0.4}")
    notes = read_scin(filled_scin.write()).notes
    assert any("herpes_zoster was named too, with less weight, in 1 of the other cases" in n for n in notes)


@pytest.mark.parametrize("where", ["", "dataset", "dataset/scin_cases.csv"])
def test_the_folder_may_be_named_at_any_depth(filled_scin: Any, where: str) -> None:
    """As it was copied from the bucket."""
    root = filled_scin.write()
    assert len(read_scin(root / where if where else root).items) == 32


def test_a_folder_without_the_tables_is_refused(filled_scin: Any, tmp_path: Any) -> None:
    """And the command that fetches them is named."""
    with pytest.raises(DataError, match="hzbench data fetch scin"):
        read_scin(tmp_path)
    root = filled_scin.write()
    (root / "dataset/scin_labels.csv").unlink()
    with pytest.raises(DataError, match=r"scin_labels\.csv is not"):
        read_scin(root)


@pytest.mark.parametrize("threshold", [0.0, -1.0, 1.01, float("nan")])
def test_a_threshold_outside_its_range_is_refused(filled_scin: Any, threshold: float) -> None:
    """Before anything is read."""
    with pytest.raises(UsageError, match="more than 0 and at most 1"):
        read_scin(filled_scin.root, label_threshold=threshold)


def test_the_pictures_that_the_table_names_are_listed_once(filled_scin: Any) -> None:
    """For fetching them."""
    filled_scin.cases[1]["image_3_path"] = filled_scin.cases[0]["image_1_path"]
    names = picture_names(filled_scin.write() / "dataset/scin_cases.csv")
    assert len(names) == 32
    assert all(name.startswith("dataset/images/") for name in names)
