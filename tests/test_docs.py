"""The documentation knows every name that a user can give, and says nothing that the code contradicts."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from hzbench.corruptions import CORRUPTIONS
from hzbench.submissions.training.recipe import recipe_names

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


def test_the_reference_pages_are_what_the_code_gives() -> None:
    """Metrics, result keys, architectures, formats, sources, methods and exit codes are all listed."""
    check = [sys.executable, DOCS / "make_reference.py", "--check"]
    run = subprocess.run(check, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_every_command_is_documented() -> None:
    """The commands page has a heading for each command of the tree."""
    listed = re.findall(r"^## hzbench (.+)$", (DOCS / "reference" / "commands.md").read_text(), re.MULTILINE)
    code = (
        "import typer; from hzbench.benchmark.cli.app import app\n"
        "def walk(group, words):\n"
        "    for name, one in group.commands.items():\n"
        "        walk(one, [*words, name]) if hasattr(one, 'commands') else print(' '.join([*words, name]))\n"
        "walk(typer.main.get_command(app), [])"
    )
    commands = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert sorted(listed) == sorted(commands.splitlines())


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_every_corruption_is_documented(name: str) -> None:
    """Each has a section in the specification and a row in the fidelity table."""
    assert name in (ROOT / "corruptions" / "SPEC.md").read_text(encoding="utf-8")
    assert name in (DOCS / "fidelity.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("recipe", recipe_names())
def test_every_recipe_is_documented(recipe: str) -> None:
    """A reader can find what a shipped recipe is for."""
    assert any(recipe in page.read_text(encoding="utf-8") for page in PAGES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """Every relative link and picture of a page exists."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
    missing = [t for t in targets if "://" not in t and not (page.parent / t).exists()]
    assert not missing


def test_the_readme_shows_the_two_commands() -> None:
    """Install-and-run, and the tests, word for word."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "pip install -e . && hzbench evaluate mobilenet_v3_small-baseline" in text
    assert "pip install tox && tox" in text
