"""`hzbench data card`: writes the documents again, prints one, and lets mlcroissant check the other."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hzbench.benchmark.cli.app import app
from hzbench.benchmark.data.metadata import CARD_NAME, CROISSANT_NAME
from hzbench.benchmark.workflows.cards import renew_card

TAKEN_NAME = {"@type": "cr:RecordSet", "@id": "png", "name": "png"}  # that of the set of files


def run(*arguments: object) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, [str(one) for one in arguments])


def test_the_card_is_printed_and_written_again(own_dataset: Path) -> None:
    """Also when it was lost: data on stdout, where it was written on stderr."""
    before = (own_dataset / CARD_NAME).read_text(encoding="utf-8")
    (own_dataset / CARD_NAME).unlink()
    result = run("data", "card", own_dataset)
    assert result.exit_code == 0
    assert result.stdout == before
    assert (own_dataset / CARD_NAME).read_text(encoding="utf-8") == before
    assert f"Written: {own_dataset / CARD_NAME} and" in result.stderr


def test_the_croissant_document_is_printed_on_request(own_dataset: Path) -> None:
    """As it lies in the folder."""
    result = run("data", "card", own_dataset, "--croissant")
    assert json.loads(result.stdout) == json.loads((own_dataset / CROISSANT_NAME).read_text(encoding="utf-8"))


def test_mlcroissant_checks_it_on_request(own_dataset: Path) -> None:
    """Its remarks stand in the same line."""
    pytest.importorskip("mlcroissant")
    assert "accepts it" in renew_card(str(own_dataset), check=True).remark


def test_who_publishes_it_is_recorded(own_dataset: Path) -> None:
    """Name, page and day stay when the card is written again, and nothing is left to remark."""
    pytest.importorskip("mlcroissant")
    first = run("data", "card", own_dataset, "--creator", "A {Clinic}", "--published", "2026-11-24")
    assert first.exit_code == 0
    printed = renew_card(str(own_dataset), check=True, url="https://example.org/tiny")
    assert printed.remark.endswith("accepts it")
    for line in ("author = {{A Clinic}}", "year = {2026}", "url = {https://example.org/tiny}"):
        assert line in printed.text
    document = json.loads((own_dataset / CROISSANT_NAME).read_text(encoding="utf-8"))
    assert document["creator"]["name"] == "A {Clinic}"
    assert document["datePublished"] == "2026-11-24"


@pytest.mark.parametrize(
    ("option", "value"), [("--url", "ftp://example.org"), ("--url", "x"), ("--published", "24.11.2026")]
)
def test_a_page_or_a_day_that_is_none_is_refused(own_dataset: Path, option: str, value: str) -> None:
    """Exit 2, with an example, and nothing is recorded."""
    result = run("data", "card", own_dataset, option, value)
    assert result.exit_code == 2
    assert repr(value) in result.stderr
    assert "expected for example" in result.stderr
    assert not (own_dataset / "publication.json").exists()


def test_a_document_that_mlcroissant_refuses_is_an_error(
    own_dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line with what it said, exit 5."""
    pytest.importorskip("mlcroissant")
    import hzbench.benchmark.data.metadata as metadata

    real = metadata.dataset_croissant
    monkeypatch.setattr(
        metadata, "dataset_croissant", lambda facts: {**real(facts), "recordSet": [TAKEN_NAME]}
    )
    result = run("data", "card", own_dataset, "--check")
    assert result.exit_code == 5
    assert "mlcroissant refuses it" in result.stderr


def test_checking_without_mlcroissant_says_what_to_install(
    own_dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The documents are written all the same."""
    monkeypatch.setitem(sys.modules, "mlcroissant", None)
    (own_dataset / CARD_NAME).unlink()
    result = run("data", "card", own_dataset, "--check")
    assert result.exit_code == 2
    assert "pip install 'hzbench[croissant]'" in result.stderr
    assert (own_dataset / CARD_NAME).is_file()


def test_a_folder_that_cannot_be_written_is_described_all_the_same(
    own_dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shared dataset, read-only: printed, and said."""

    def refuse(path: Path, data: bytes) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("hzbench.benchmark.data.metadata.write_bytes", refuse)
    printed = renew_card(str(own_dataset))
    assert printed.text.startswith("<!--")
    assert "printed only, the folder cannot be written (Permission denied)" in printed.remark


def test_an_exports_documents_are_printed_only(export: Path, tmp_path: Path) -> None:
    """Their digests are in its manifest."""
    out = Path(shutil.copytree(export, tmp_path / "copy"))
    text = (out / CARD_NAME).read_text(encoding="utf-8")
    (out / CARD_NAME).unlink()
    printed = renew_card(str(out))
    assert f"{printed.text}\n" == text
    assert not (out / CARD_NAME).exists()
