"""What the wheel carries: every package, and every file that the packages read."""

from __future__ import annotations

import importlib.metadata
import importlib.resources
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FOLDERS = ("benchmark", "corruptions", "leaderboards", "submissions")


def package_folders() -> list[str]:
    """Return the dotted names of all folders that hold Python modules."""
    found = {file.parent.relative_to(ROOT) for top in FOLDERS for file in (ROOT / top).rglob("__init__.py")}
    return sorted(".".join(("hzbench", *folder.parts)) for folder in found)


def test_every_package_folder_is_listed() -> None:
    """A package missing from pyproject.toml would be missing from the wheel."""
    assert PROJECT["tool"]["setuptools"]["packages"] == package_folders()


@pytest.mark.parametrize("name", package_folders())
def test_every_package_is_installed(name: str) -> None:
    """The installed distribution holds each package under its public name."""
    assert (importlib.resources.files(name) / "__init__.py").is_file()


@pytest.mark.parametrize("name", ["benchmark", "corruptions", "leaderboards", "submissions"])
def test_each_top_package_is_typed(name: str) -> None:
    """`py.typed` lets users' type checkers see our annotations (PEP 561)."""
    assert (importlib.resources.files(f"hzbench.{name}") / "py.typed").is_file()


def test_the_data_files_of_the_repository_are_installed() -> None:
    """Tables, references, entries, recipes and students travel with the code."""
    patterns = PROJECT["tool"]["setuptools"]["package-data"]
    missing = []
    for package, globs in patterns.items():
        if package == "*":
            continue
        folder = package.removeprefix("hzbench.").replace(".", "/")
        for pattern in globs:
            for file in (ROOT / folder).glob(pattern):
                installed = importlib.resources.files(package).joinpath(
                    *file.relative_to(ROOT / folder).parts
                )
                if file.is_file() and not installed.is_file():
                    missing.append(str(file.relative_to(ROOT)))
    assert not missing


def test_the_console_command_is_declared() -> None:
    """`hzbench` starts the command line."""
    commands = importlib.metadata.entry_points(group="console_scripts", name="hzbench")
    assert [command.value for command in commands] == ["hzbench.benchmark.cli:main"]
