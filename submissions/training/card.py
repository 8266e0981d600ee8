"""The model card and the `submission.toml` of a trained network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hzbench.submissions.training.history import Epoch
from hzbench.submissions.training.recipe import Recipe
from hzbench.submissions.training.validation import Scores


def submission_tables(
    recipe: Recipe,
    *,
    architecture: str,
    recipe_source: str,
    classes: Sequence[str],
    seed: int,
    data_label: str,
    data_digests: dict[str, str],
    best: Epoch,
    epochs_run: int,
    scores: Scores,
    teachers: Sequence[str],
    fingerprint: str,
) -> dict[str, dict[str, Any]]:
    """Return the tables of `submission.toml`.

    Args:
        recipe: that was followed.
        architecture: the constructor's name.
        recipe_source: name of the shipped recipe, or the file's.
        classes: in the order of the logits.
        seed: of the run.
        data_label: name and version of the dataset.
        data_digests: split -> digest.
        best: the epoch whose weights are stored.
        epochs_run: before early stopping or the end.
        scores: of the weights as they are stored, on the val split.
        teachers: name@digest of each, weakest first; most methods have none.
        fingerprint: of recipe, seed and data.
    """
    return {
        "model": {
            "name": recipe.name,
            "architecture": architecture,
            "weights": "weights.safetensors",
            "input_size": recipe.input_size,
            "mean": recipe.mean,
            "std": recipe.std,
            "classes": list(classes),
        },
        "training": {
            "recipe": recipe_source,
            "method": recipe.method["name"],
            "initialisation": "imagenet" if recipe.pretrained else "scratch",
            "seed": seed,
            "data": data_label,
            **{f"{split}_digest": digest for split, digest in data_digests.items()},
            "epochs": epochs_run,
            "best_epoch": best.epoch,
            "validation_loss": round(scores.loss, 6),
            "validation_accuracy": round(scores.accuracy, 6),
            "validation_macro_f1": round(scores.macro_f1, 6),
            "overlaps": list(recipe.overlaps),
            **({"teachers": list(teachers)} if teachers else {}),
            "fingerprint": fingerprint,
        },
        "authors": {"names": ["The hzbench authors"]},
    }


def model_card(
    recipe: Recipe,
    tables: dict[str, dict[str, Any]],
    *,
    recipe_source: str,
    counts: dict[str, int],
    notice: str,
    scores: Scores,
    throughput: str,
    seconds: float,
    environment: str,
) -> str:
    """Return the model card as Markdown.

    Args:
        recipe: that was followed.
        tables: of `submission.toml`.
        recipe_source: name of the shipped recipe, or the file's.
        counts: split -> number of pictures.
        notice: what has to be said of the data; "" if nothing.
        scores: of the stored weights on the val split.
        throughput: a sentence without its full stop.
        seconds: of the whole run.
        environment: versions and processor.
    """
    model, training = tables["model"], tables["training"]
    recalls = zip(model["classes"], scores.recall, strict=True)
    rows = "\n".join(f"| {name} | {_fraction(recall)} |" for name, recall in recalls)
    overlaps = ", ".join(recipe.overlaps) or "none"
    side = recipe.input_size
    own_data = training["data"].rpartition("-")[0] == recipe.data
    data_option = "" if own_data else f" --data FOLDER  # the folder of {training['data']}"
    start = "ImageNet weights" if recipe.pretrained else "random weights (from scratch)"
    caution = f"**{notice[0].upper()}{notice[1:]}.**\n\n" if notice else ""
    return f"""# {recipe.name}

{caution}{model["architecture"]} with {len(model["classes"])} classes at {side} x {side} pixels, trained by
the method `{recipe.method["name"]}` from {start}.

![Learning curve](curve.png)

## What it is for
A reference point of the hzbench benchmark. It is no medical device: do not use it to examine or treat anyone.

## Data
`{training["data"]}`: {counts["train"]} training and {counts["val"]} validation pictures. Test pictures and
test corruptions were not looked at, neither in training nor in any choice.

## Validation (clean pictures, weights as stored)
| measure | value |
|---|---|
| loss (nats) | {scores.loss:.4f} |
| accuracy | {_fraction(scores.accuracy)} |
| macro-F1 | {_fraction(scores.macro_f1)} |

| class | recall |
|---|---|
{rows}

The stored weights ({recipe.weights_dtype}) are those of epoch {training["best_epoch"]}, which had the lowest
validation loss of {training["epochs"]} epochs (at most {recipe.epochs}). The validation pictures chose that
epoch, so these figures flatter a little.

## How it was made
```
hzbench train {recipe_source} --seed {training["seed"]}{data_option}
```
{environment}; {seconds / 60:.0f} minutes; {throughput}.
The same machine and versions give the same bytes again; others give weights within the spread of the seeds.
Augmentations that resemble test corruptions: {overlaps}.{_taught_by(training)}
"""


def _taught_by(training: Mapping[str, Any]) -> str:
    teachers = [str(teacher).split("@")[0] for teacher in training.get("teachers", ())]
    return f"\nTeachers, weakest first: {', '.join(teachers)}." if teachers else ""


def _fraction(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.3f}"
