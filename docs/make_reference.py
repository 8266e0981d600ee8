"""Write docs/reference/*.md from the code: what each name, number, option and exit code means.

Run `python docs/make_reference.py`; `--check` only says whether the pages are what the code gives.
"""

from __future__ import annotations

import inspect
import json
import sys
import typing
from collections.abc import Iterable
from pathlib import Path

import typer
from typer.testing import CliRunner

from hzbench.benchmark import errors
from hzbench.benchmark.checkpoints.admission import FORMATS
from hzbench.benchmark.checkpoints.known_networks import PAPER_NETWORKS, STAND_INS
from hzbench.benchmark.cli.app import app
from hzbench.benchmark.data.building.suite import load_suite, suite_names
from hzbench.benchmark.data.catalogue import list_datasets
from hzbench.benchmark.data.exports import EXPORT_FORMATS
from hzbench.benchmark.data.sources import SOURCES
from hzbench.benchmark.results import schema
from hzbench.benchmark.results.documents import result_json_schema
from hzbench.benchmark.scoring.metrics import METRICS
from hzbench.submissions.methods import METHODS
from hzbench.submissions.training.recipe import load_recipe, recipe_names

FOLDER = Path(__file__).resolve().parent / "reference"
MADE = "Made from the code by `python docs/make_reference.py`; do not edit.\n"


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table."""
    head = list(header)
    lines = [head, ["---"] * len(head), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def sentence(thing: object) -> str:
    """Return the first sentence of a docstring."""
    return (inspect.getdoc(thing) or "").split("\n\n")[0].replace("\n", " ")


def metrics_page() -> str:
    """Return the page of metrics."""
    rows = ((f"`{name}`", m.definition, m.unit, m.better, m.source) for name, m in METRICS.items())
    return (
        f"# Metrics\n\n{MADE}\nEvery cell (the clean pictures, and 15 corruptions x 5 severities) has all of these. "
        "Documents hold fractions; tables print percent. `hz` means the focus class, herpes zoster, against the "
        "rest. A number that is undefined is null, and the result says why under `undefined`.\n\n"
        + table(("name", "definition", "unit", "better", "source"), rows)
        + """
## Numbers over cells

| name | definition |
| --- | --- |
| `corruption_error` | CE of a corruption: the sum of the model's 5 errors / the sum of the reference's 5 errors on the same pictures |
| `mce` | mean of the 15 CEs; 1 (printed 100) is as good as the reference, less is better |
| `mce_unnormalised` | mean of the 75 errors; needs no reference |
| `relative_mce` | as `mce`, with each model's own clean error subtracted from its errors first |
| `mce_balanced` | as `mce`, from 1 - balanced accuracy, so that rare classes weigh as much as common ones |
| `mean_sensitivity_hz`, `mean_specificity_hz` | means over the 75 cells at the threshold on P(herpes zoster) that has a specificity of at least 0.90 on clean validation pictures |
| `categories` | mean CE of noise (3 corruptions), blur (4), weather (4, with brightness, as ImageNet-C) and digital (4) |
| `flip_rate` | how often the answer differs from the answer on the clean picture; needs no labels |
| `intervals` | 95 %, percentile bootstrap over pictures, stratified by class, pictures of one person or lesion (`group`) drawn together, all 76 cells of a picture kept together, the reference resampled with them |
| `skin_types` | error and zoster sensitivity of the groups I-II, III-IV and V-VI by the highest probability, with Wilson intervals; null for fewer than 20 pictures |
| `skin_type_gaps` | highest - lowest of these, and what chance gives: skin types dealt anew 2,000 times among persons with equally many pictures of a class |
| `extra_tests` | additional test sets of the dataset, clean: error, zoster sensitivity and specificity in all, for each condition and each skin-type group, with Wilson intervals; they enter no other number |
"""
    )


def result_page() -> str:
    """Return the page of the result document's schema."""
    parts = [
        f"# The result document\n\n{MADE}\nSchema `{schema.SCHEMA}`, JSON, UTF-8. The predictions it was "
        "computed from lie beside it in a `.npz` of the same name; `hzbench score FILE.npz` recomputes every number. JSON Schema: [result.schema.json](result.schema.json).\n"
    ]
    models = [schema.Result, *_parts_of(schema.Result)]
    for model in models:
        title = "Top level" if model is schema.Result else f"`{model.__name__}`"
        parts.append(f"\n## {title}\n\n{sentence(model)}\n")
        rows = (
            (f"`{f.alias or n}`", f"`{_type(f.annotation)}`", f.description or "")
            for n, f in model.model_fields.items()
        )
        parts.append(table(("key", "type", "meaning"), rows))
    return "\n".join(parts)


def _parts_of(model: type[schema.Strict]) -> list[type[schema.Strict]]:
    found: list[type[schema.Strict]] = []
    for field in model.model_fields.values():
        for one in _classes(field.annotation):
            if one not in found:
                found.append(one)
            found += [inner for inner in _parts_of(one) if inner not in found]
    return found


def _classes(annotation: object) -> list[type[schema.Strict]]:
    if inspect.isclass(annotation) and issubclass(annotation, schema.Strict):
        return [annotation]
    return [one for part in typing.get_args(annotation) for one in _classes(part)]


def _type(annotation: object) -> str:
    if typing.get_origin(annotation) is typing.Annotated:
        return _type(typing.get_args(annotation)[0])
    arguments = typing.get_args(annotation)
    if not arguments:
        return "null" if annotation is type(None) else getattr(annotation, "__name__", str(annotation))
    inner = [_type(part) if part is not Ellipsis else "..." for part in arguments]
    if typing.get_origin(annotation) is typing.Literal:
        return " or ".join(map(str, arguments))
    if typing.get_origin(annotation) in (dict, tuple):
        name = typing.get_origin(annotation).__name__  # type: ignore[union-attr]  # dict or tuple
        return f"{name}[{', '.join(inner)}]"
    return " or ".join(inner)


def recipe_row(name: str) -> tuple[str, ...]:
    """Return a shipped recipe's row."""
    recipe = load_recipe(name)
    epochs = f"{recipe.epochs}" if not recipe.patience else f"at most {recipe.epochs}"
    overlaps = ", ".join(f"`{one}`" for one in recipe.overlaps)
    return f"`{name}`", f"`{recipe.method['name']}`", str(recipe.input_size), epochs, overlaps


def names_page() -> str:
    """Return the page of names that options take, and of exit codes."""
    sections = [
        (
            "Architectures",
            "Named by the paper, and narrow stand-ins for two of its teachers, all recognised from their weights; any other torchvision or timm name is "
            "taken by `--arch`, and `timm/NAME` asks for timm's.",
            ("name", "built as"),
            (
                *((f"`{k}`", f"`{v}`") for k, v in PAPER_NETWORKS.items()),
                *((f"`{k}`", f"a half-wide `timm/{v[0]}`") for k, v in STAND_INS.items()),
            ),
        ),
        (
            "Checkpoint formats",
            "Recognised from the content, never from the name.",
            ("key", "format"),
            ((f"`{k}`", v.title) for k, v in FORMATS.items()),
        ),
        (
            "Datasets",
            "",
            ("name", "label", "pictures"),
            ((f"`{d.name}`", d.label, str(d.pictures)) for d in list_datasets()),
        ),
        (
            "Data sources",
            "For `hzbench data build SOURCE DIRECTORY --out FOLDER`.",
            ("name", "layout"),
            ((f"`{k}`", v.title) for k, v in SOURCES.items()),
        ),
        (
            "Suites",
            "For `hzbench data build SOURCE DIRECTORY --suite NAME --out FOLDER`.",
            ("name", "source", "what it fixes"),
            ((f"`{name}`", f"`{load_suite(name).source}`", load_suite(name).title) for name in suite_names()),
        ),
        (
            "Export formats",
            "For `hzbench generate --format`.",
            ("name", "layout"),
            ((f"`{k}`", sentence(inspect.getmodule(v.write))) for k, v in EXPORT_FORMATS.items()),
        ),
        (
            "Training methods",
            "For a recipe's `[method] name`.",
            ("name", "what it does"),
            ((f"`{k}`", sentence(v)) for k, v in METHODS.items()),
        ),
        (
            "Recipes",
            "For `hzbench train RECIPE`; the folder `cpu/` may be left out.",
            ("name", "method", "pixels", "epochs", "resembles these test corruptions"),
            (recipe_row(name) for name in recipe_names()),
        ),
    ]
    text = f"# Names\n\n{MADE}"
    for title, words, header, rows in sections:
        text += f"\n## {title}\n\n{words}\n\n{table(header, rows)}".replace("\n\n\n", "\n\n")
    codes: dict[int, list[str]] = {
        0: ["success"],
        130: ["interrupted; the same command goes on or starts again (evaluate: with `--resume`)"],
        143: ["ended by SIGTERM, otherwise as 130"],
    }
    for name, one in vars(errors).items():
        if inspect.isclass(one) and issubclass(one, errors.HzbenchError) and name != "HzbenchError":
            codes.setdefault(one.exit_code, []).append(sentence(one))
    rows = ((str(code), " ".join(words)) for code, words in sorted(codes.items()))
    return text + f"\n## Exit codes\n\n{table(('code', 'meaning'), rows)}"


def commands_page() -> str:
    """Return the page of commands: what each prints for `--help`."""
    text = f"# Commands\n\n{MADE}\nEach option has an environment variable, shown in brackets.\n"
    runner = CliRunner()
    for words in _commands(typer.main.get_command(app), ()):
        shown = runner.invoke(
            app, [*words, "--help"], env={"COLUMNS": "100", "TERMINAL_WIDTH": "100"}, prog_name="hzbench"
        )
        title = " ".join(("hzbench", *words))
        text += f"\n## {title}\n\n```\n{shown.output.rstrip()}\n```\n"
    return text


def _commands(group: object, words: tuple[str, ...]) -> list[tuple[str, ...]]:
    found = []
    for name, command in group.commands.items():  # type: ignore[attr-defined]  # a click-like group
        if hasattr(command, "commands"):
            found += _commands(command, (*words, name))
        else:
            found.append((*words, name))
    return found


def schema_file() -> str:
    """Return the JSON Schema of a result document."""
    return json.dumps(result_json_schema(), indent=1) + "\n"


PAGES = {
    "metrics.md": metrics_page,
    "result.md": result_page,
    "names.md": names_page,
    "commands.md": commands_page,
    "result.schema.json": schema_file,
}


def main() -> int:
    """Write the pages, or with --check compare them; return the exit code."""
    stale = []
    for name, make in PAGES.items():
        text = make()
        path = FOLDER / name
        if "--check" in sys.argv[1:]:
            if name in ("commands.md", "result.schema.json"):
                continue  # their form is that of the installed typer and pydantic
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            path.write_text(text, encoding="utf-8")
    if stale:
        print(f"stale: {', '.join(stale)}; run: python docs/make_reference.py", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
