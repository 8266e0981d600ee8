"""The paper's tables are complete, and speak of each other as the audit says."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest

from hzbench.corruptions.registry import CORRUPTIONS
from hzbench.leaderboards import audit as audit_module
from hzbench.leaderboards import paper
from hzbench.leaderboards.audit import Audit, audit
from hzbench.leaderboards.paper import (
    METHOD_TITLES,
    category_means,
    corruption_rows,
    statements,
    table_2,
)
from hzbench.leaderboards.paper_checks import Measured, check_mce, mean_of_categories_fits

MEMBERS = {
    "ensemble_m": ("resnext101", "seresnext101", "densenet121", "mobilenet_v3_small"),
    "ensemble_e": ("resnext101", "seresnext101", "densenet121", "efficientnet_b0"),
}
SINGLE = {
    "alexnet": Measured(57_020_228, 710_108_864),
    "vgg16": Measured(134_276_932, 15_466_184_704),
    "inception_v3": Measured(21_793_764, 2_835_881_312),
    "resnet50": Measured(23_516_228, 4_087_144_448),
    "resnext101": Measured(86_750_532, 16_411_975_680),
    "seresnext101": Measured(46_914_612, 7_972_700_160),
    "densenet121": Measured(6_957_956, 2_833_141_760),
    "efficientnet_b0": Measured(4_012_672, 384_539_872),
    "mnasnet": Measured(3_107_436, 313_140_992),
    "mobilenet_v2": Measured(2_228_996, 299_499_392),
    "mobilenet_v3_small": Measured(1_521_956, 55_490_496),
}
"""As counted by torch's counter; tests of the zoo hold the networks to them."""
MEASURED = SINGLE | {
    name: Measured(sum(SINGLE[part].parameters for part in parts), sum(SINGLE[part].macs for part in parts))
    for name, parts in MEMBERS.items()
}


@pytest.fixture
def result() -> Audit:
    """The audit of the tables as they are shipped."""
    return audit(MEASURED, MEMBERS)


@dataclass(frozen=True)
class Expected:
    """What a finding must name."""

    where: str
    printed: str
    found: str


EXPECTED = {
    "macs_unit": Expected("Table 2, MACs", "million", "10 million for the 12 others"),
    "macs": Expected("MobileNetV3-Small", "5", "5.55"),
    "ensemble_parameters": Expected("Ensemble-M", "142.2", "142.145"),
    "macs_ratio": Expected("abstract", "549", "491"),
    "latency": Expected("Ensemble-M", "666.7", "896.7"),
    "accuracy": Expected("slides", "90.2", "92.0"),
    "brightness": Expected("Figure 4", "digital", "weather"),
    "f1_hz": Expected("Ensemble-E", "0.78", "SEResNext-101 0.85"),
}


@pytest.mark.parametrize("key", EXPECTED)
def test_known_misfit_is_found(result: Audit, key: str) -> None:
    """Where, what is printed and what it should be."""
    finding = next(one for one in result.findings if one.key == key)
    assert EXPECTED[key].where in finding.where
    assert EXPECTED[key].printed in finding.printed
    assert EXPECTED[key].found in finding.found


def test_nothing_else_is_found(result: Audit) -> None:
    """Both ensembles' latencies, and one of each of the others."""
    assert sorted(one.key for one in result.findings) == sorted([*EXPECTED, "latency"])


def test_every_mce_is_the_mean_of_its_row_within_rounding(result: Audit) -> None:
    """27 rows; two of them by 0.17."""
    assert len(result.mce) == 27
    assert all(check.fits for check in result.mce)
    assert max(abs(check.difference) for check in result.mce) == pytest.approx(1 / 6)


def test_parameters_fit_and_macs_are_in_mixed_units(result: Audit) -> None:
    """1 million for AlexNet, 10 million elsewhere."""
    assert all(check.parameters_fit for check in result.costs)
    assert {check.architecture for check in result.costs if check.macs_unit == 10**6} == {"alexnet"}
    assert {check.macs_unit for check in result.costs if check.architecture != "alexnet"} == {10**7}
    assert [check.architecture for check in result.costs if not check.macs_fit] == ["mobilenet_v3_small"]


def test_wrong_number_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another mCE, another network, another accuracy: each is named."""
    rows = {table: corruption_rows(table) for table in (4, 6)}
    first, *others = rows[4]
    wrong = first._replace(mce=101.0, acc_percent=94.0)
    monkeypatch.setattr(audit_module, "corruption_rows", {4: (wrong, *others), 6: rows[6]}.__getitem__)
    result = audit(MEASURED | {"vgg16": Measured(134_285_380, MEASURED["vgg16"].macs)}, MEMBERS)
    found = {(one.key, one.where) for one in result.findings}
    assert ("mce", "Table 4, AlexNet") in found
    assert ("accuracy", "Table 2, AlexNet") in found
    assert ("parameters", "Table 2, Vgg-16") not in found, "134.285 is still printed 134.3"
    larger = MEASURED | {"vgg16": Measured(138_357_544, MEASURED["vgg16"].macs)}
    assert ("parameters", "Table 2, Vgg-16") in {
        (one.key, one.where) for one in audit(larger, MEMBERS).findings
    }


def test_mean_of_category_means_is_ruled_out() -> None:
    """ResNeXt-101 would have 136.2 instead of 132.0."""
    assert not mean_of_categories_fits(corruption_rows(4))
    row = next(row for row in corruption_rows(4) if row.architecture == "resnext101")
    assert sum(category_means(row).values()) / 4 == pytest.approx(136.2, abs=0.05)
    assert check_mce(row).recomputed == 132.0


def test_tables_hold_the_papers_rows() -> None:
    """13 models twice, 7 methods for 2 students; AlexNet is the denominator."""
    assert len(table_2()) == len(corruption_rows(4)) == 13
    assert [row.architecture for row in table_2()] == [row.architecture for row in corruption_rows(4)]
    methods = [(row.architecture, row.method) for row in corruption_rows(6)]
    assert methods == [(s, m) for s in ("mobilenet_v3_small", "efficientnet_b0") for m in METHOD_TITLES]
    assert set(corruption_rows(4)[0].corruption_error.values()) == {100}


def test_brightness_can_stand_in_either_category() -> None:
    """Four and four, or three and five."""
    row = corruption_rows(6)[6]
    digital = [row.corruption_error[name] for name, c in CORRUPTIONS.items() if c.category == "digital"]
    assert category_means(row)["digital"] == sum(digital) / 4
    both = (sum(digital) + row.corruption_error["brightness"]) / 5
    assert category_means(row, brightness="digital")["digital"] == both


@pytest.mark.parametrize("name", ["table2", "table4", "table6", "statements"])
def test_every_table_names_its_source(name: str) -> None:
    """In its first line; the rest is CSV with a value in every field."""
    file = Path(paper.__file__).parent / "published" / f"{name}.csv"
    first, *lines = file.read_text(encoding="utf-8").splitlines()
    assert first.startswith("# Source: ")
    assert "10.1109/ACCESS.2021.3054403" in first
    for row in csv.DictReader(lines):
        assert all(row.values())
        assert None not in row


def test_statements_are_read() -> None:
    """What the text says beside the tables."""
    assert ("slides on Table 4", "90.2") in {(one.where, one.value) for one in statements()}
