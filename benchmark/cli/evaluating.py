"""`hzbench evaluate`, `score` and `leaderboard`: numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hzbench.benchmark.cli.console import LARGEST_DRAW, explained, one_line, progress_bar, say

if TYPE_CHECKING:
    from hzbench.benchmark.workflows.record import Evaluation

Data = Annotated[str, typer.Option(help="Dataset: a name (see: hzbench data list) or a folder.")]
Reference = Annotated[
    Path | None, typer.Option(help="Reference to normalise by; default: the one of the dataset.")
]
Json = Annotated[
    bool,
    typer.Option("--json", envvar="HZBENCH_JSON", help="Print the result document instead of the tables."),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(evaluate)
    app.command()(score)
    app.command()(leaderboard)


@explained
def evaluate(
    model: Annotated[
        str,
        typer.Argument(
            help="A checkpoint, a submission's folder or shipped name, several joined by + (an ensemble), "
            "or a form of predictions (.csv, .parquet, .npy)."
        ),
    ],
    arch: Annotated[
        str | None, typer.Option(help="Architecture (torchvision or timm); default: recognised.")
    ] = None,
    data: Data = "sdhz-synth",
    reference: Reference = None,
    out: Annotated[
        Path | None, typer.Option(help="Result file to write; default: hzbench-results/<model>-<data>.json.")
    ] = None,
    as_json: Json = False,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Only this many test pictures, the same share of each class.")
    ] = None,
    draw: Annotated[
        int, typer.Option(min=0, max=LARGEST_DRAW, help="Draw number of the corruptions; 0 is SD-HZ-C.")
    ] = 0,
    extra_test: Annotated[
        list[str] | None,
        typer.Option(
            help="Additional test set to report beside, clean (repeatable); default: all of a built dataset, "
            "none of an embedded one."
        ),
    ] = None,
    no_extra_tests: Annotated[
        bool, typer.Option("--no-extra-tests", help="Leave additional test sets out.")
    ] = False,
    device: Annotated[str, typer.Option(help="cpu, cuda or mps.")] = "cpu",
    dtype: Annotated[
        str,
        typer.Option(help="Numbers that the network is computed in: float32, or bfloat16 (a state_dict's)."),
    ] = "float32",
    threads: Annotated[int | None, typer.Option(min=1, help="Cores to use; default: all.")] = None,
    no_latency: Annotated[bool, typer.Option("--no-latency", help="Leave the latency unmeasured.")] = False,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Continue an interrupted run; with none there, start afresh."),
    ] = False,
    no_cache: Annotated[
        bool,
        typer.Option("--no-cache", help="Compute every cell anew, also those that an earlier run finished."),
    ] = False,
    allow_programs: Annotated[
        bool,
        typer.Option(
            "--allow-programs",
            help="Take TorchScript and .pt2 files, which are programs; needs a sandbox (hzbench doctor).",
        ),
    ] = False,
    corruptions: Annotated[
        str, typer.Option(help="common (the 15), or validation (4 others, to tune on; with --split val).")
    ] = "common",
    split: Annotated[str, typer.Option(help="test, or val with --corruptions validation.")] = "test",
) -> None:
    """Score a checkpoint, clean and under 75 corruptions."""
    from hzbench.benchmark.errors import UsageError
    from hzbench.benchmark.workflows.evaluation import evaluate_model
    from hzbench.benchmark.workflows.tuning import evaluate_for_tuning, tuning_lines

    if (corruptions, split) not in (("common", "test"), ("validation", "val")):
        raise UsageError(
            f"--corruptions {corruptions} --split {split}: the 15 common corruptions are scored on the test "
            "split, and methods are tuned with --corruptions validation --split val"
        )
    if extra_test and no_extra_tests:
        raise UsageError("give either --extra-test or --no-extra-tests")
    if dtype != "float32" and corruptions == "validation":
        raise UsageError("--dtype goes with the test split; methods are tuned in float32")
    if extra_test and corruptions == "validation":
        raise UsageError(
            "--extra-test goes with the test split; methods are tuned on validation pictures alone"
        )
    if resume and corruptions == "validation":
        raise UsageError(
            "--resume goes with the test split; tuning has no run folder, and takes finished cells from the "
            "cache by itself"
        )
    if corruptions == "validation":
        with progress_bar() as progress:
            document = evaluate_for_tuning(
                model,
                arch=arch,
                data=data,
                out=out,
                limit=limit,
                draw=draw,
                device=device,
                threads=threads,
                cache=not no_cache,
                allow_programs=allow_programs,
                progress=progress,
            )
        lines = [json.dumps(document, indent=1)] if as_json else tuning_lines(document)
        typer.echo("\n".join(lines))
        return
    with progress_bar() as progress:
        evaluation = evaluate_model(
            model,
            arch=arch,
            data=data,
            reference=reference,
            out=out,
            limit=limit,
            draw=draw,
            extra_tests=() if no_extra_tests else extra_test or None,
            device=device,
            threads=threads,
            latency=not no_latency,
            resume=resume,
            cache=not no_cache,
            allow_programs=allow_programs,
            dtype=dtype,
            progress=progress,
        )
    _print(evaluation, as_json)


@explained
def score(
    predictions: Annotated[
        Path | None, typer.Argument(help="Stored predictions: the .npz of a result, or a filled-in template.")
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option(help="Write the empty form (.csv, .parquet or .npy) that this command reads, and stop."),
    ] = None,
    answers: Annotated[
        bool, typer.Option("--answers", help="With --template: ask for the answered class alone.")
    ] = False,
    data: Annotated[
        str | None,
        typer.Option(
            help="Dataset of the predictions, a name or a folder; default: the embedded one that a .npz "
            "names, sdhz-synth for a template."
        ),
    ] = None,
    reference: Reference = None,
    out: Annotated[Path | None, typer.Option(help="Result file to write; default: beside the input.")] = None,
    name: Annotated[str | None, typer.Option(help="Name of the model; default: the file's.")] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help="The form is of so many test pictures, as evaluate chooses them."),
    ] = None,
    draw: Annotated[
        int, typer.Option(min=0, max=LARGEST_DRAW, help="Draw number of the corruptions; 0 is SD-HZ-C.")
    ] = 0,
    extra_test: Annotated[
        list[str] | None,
        typer.Option(
            help="Additional test set that the form holds too (repeatable); default: all of a built dataset."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Score stored predictions, without the model."""
    from hzbench.benchmark.errors import UsageError
    from hzbench.benchmark.workflows.forms import write_template
    from hzbench.benchmark.workflows.scoring import score_predictions

    if (predictions is None) == (template is None):
        raise UsageError("give either a file of predictions or --template FILE. See: hzbench score --help")
    with progress_bar() as progress:
        if template is not None:
            text = write_template(
                template, data=data, limit=limit, extra_tests=extra_test, answers=answers, progress=progress
            )
            typer.echo(text)
            return
        assert predictions is not None
        evaluation = score_predictions(
            predictions,
            data=data,
            reference=reference,
            out=out,
            name=name,
            limit=limit,
            draw=draw,
            extra_tests=extra_test,
            progress=progress,
        )
    _print(evaluation, as_json)


@explained
def leaderboard(
    data: Annotated[str, typer.Option(help="Dataset whose entries to list.")] = "sdhz-synth",
    format_: Annotated[
        str, typer.Option("--format", envvar="HZBENCH_LEADERBOARD_FORMAT", help="table, md or csv.")
    ] = "table",
    entries: Annotated[
        Path | None, typer.Option(help="Folder of result documents; default: the shipped entries.")
    ] = None,
    published: Annotated[
        bool, typer.Option("--published", help="Put the paper's rows below, marked and not ranked.")
    ] = False,
) -> None:
    """Rank the entries that can be compared."""
    from hzbench.benchmark.workflows.boards import find_boards, leaderboard_text

    if format_ == "table":
        from hzbench.benchmark.cli.result_tables import print_boards

        print_boards(find_boards(data, entries), published=published)
    else:
        typer.echo(leaderboard_text(data, format_, entries, published=published))


def _print(evaluation: Evaluation, as_json: bool) -> None:
    """Print a result: the document, or the tables in the paper's layout."""
    if as_json:
        typer.echo(json.dumps(evaluation.result.document(), indent=1))
    else:
        from hzbench.benchmark.cli.result_tables import print_result

        print_result(evaluation.result)
    for note in evaluation.notes:
        say(f"Note: {note}")
    if sandbox := evaluation.result.environment.get("sandbox"):
        say(f"Sandbox: {one_line(str(sandbox))}")
    say(f"Result: {evaluation.path}")
