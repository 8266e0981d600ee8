"""Imports between the parts of hzbench point one way: a part knows only the parts listed before it."""

from __future__ import annotations

import ast
import importlib.metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("benchmark", "corruptions", "leaderboards", "submissions")

# Lowest first; parts on one line may not know each other, unless they are the same part.
ORDER: tuple[tuple[str, ...], ...] = (
    (
        "hzbench.benchmark.errors",
        "hzbench.benchmark.durable",
        "hzbench.benchmark.durations",
        "hzbench.benchmark.cores",
    ),
    ("hzbench.corruptions",),
    ("hzbench.benchmark.scoring",),
    ("hzbench.benchmark.signature",),
    ("hzbench.benchmark.results",),
    ("hzbench.benchmark.data",),
    ("hzbench.benchmark.runs",),
    ("hzbench.benchmark.checkpoints",),
    ("hzbench.benchmark.engines",),
    ("hzbench.benchmark.regression",),
    ("hzbench.leaderboards",),
    ("hzbench.submissions",),
    ("hzbench.benchmark.workflows",),
    ("hzbench.benchmark.cli",),
)
LIGHT = ("hzbench.corruptions", "hzbench.benchmark.scoring")  # know no torch and no errors of the benchmark
TORCH_FREE = (*LIGHT, "hzbench.benchmark.data", "hzbench.benchmark.cli", "hzbench.leaderboards")


def part_of(module: str) -> str:
    """Return the part (an entry of ORDER) that a module belongs to."""
    parts = [part for line in ORDER for part in line if module == part or module.startswith(part + ".")]
    assert len(parts) == 1, f"{module} belongs to {parts or 'no part'}; list it in ORDER"
    return parts[0]


def rank(part: str) -> int:
    """Return the line of ORDER that a part stands on."""
    return next(index for index, line in enumerate(ORDER) if part in line)


def imports() -> list[tuple[str, str, bool]]:
    """Return every import in the packages: (importing module, imported name, at the top of the file)."""
    found = []
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            module = ".".join(("hzbench", *file.relative_to(ROOT).with_suffix("").parts)).removesuffix(
                ".__init__"
            )
            tree = ast.parse(file.read_text(encoding="utf-8"))
            typing_only = {
                id(inner)
                for node in ast.walk(tree)
                if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
                for inner in ast.walk(node)
            }
            for node in ast.walk(tree):
                if id(node) in typing_only:
                    continue
                if isinstance(node, ast.Import):
                    found += [(module, alias.name, node in tree.body) for alias in node.names]
                elif isinstance(node, ast.ImportFrom):
                    assert node.level == 0, f"{module}: relative import; write from hzbench... import"
                    found.append((module, str(node.module), node in tree.body))
    return found


def test_every_import_points_to_a_lower_part() -> None:
    """An arrow that runs back up, or sideways, is named."""
    wrong = []
    for module, name, _ in imports():
        if name in ("hzbench.benchmark", "hzbench") or not name.startswith("hzbench."):
            continue
        if module == "hzbench.benchmark" or part_of(module) == part_of(name):
            continue
        if rank(part_of(name)) >= rank(part_of(module)):
            wrong.append(f"{module} imports {name}")
    assert not wrong


def test_no_package_is_imported_by_its_folder_name() -> None:
    """`from corruptions...` would load one file as two modules."""
    assert not [f"{module}: {name}" for module, name, _ in imports() if name.split(".")[0] in PACKAGES]


@pytest.mark.parametrize("part", TORCH_FREE)
def test_a_light_part_never_imports_torch(part: str) -> None:
    """Corruptions, scoring, data and the command line work and start without torch."""
    heavy = {"torch", "torchvision", "timm", "fvcore"}
    assert not [
        f"{module}: {name}"
        for module, name, _ in imports()
        if module.startswith(part) and name.split(".")[0] in heavy
    ]


@pytest.mark.parametrize("part", LIGHT)
def test_the_arithmetic_parts_know_nothing_of_the_benchmark(part: str) -> None:
    """Their errors are ValueError and TypeError, so that others can use them on their own."""
    own = ("hzbench.corruptions", "hzbench.benchmark.scoring")
    assert not [
        f"{module}: {name}"
        for module, name, _ in imports()
        if module.startswith(part) and name.startswith("hzbench.") and not name.startswith(own)
    ]


def test_the_core_never_imports_opencv() -> None:
    """cv2 needs libGL, which slim machines lack, and its arithmetic differs between versions."""
    assert not [
        f"{module}: {name}"
        for module, name, _ in imports()
        if name.split(".")[0] == "cv2" and not module.startswith("hzbench.submissions.training")
    ]


def test_the_version_comes_from_the_metadata() -> None:
    """The hzbench namespace itself has no module to hold one."""
    assert importlib.metadata.version("hzbench")
