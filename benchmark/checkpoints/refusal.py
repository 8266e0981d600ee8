"""The sentence in which a submitted file is refused: which file and rule, what was found, what to do."""

from __future__ import annotations

from pathlib import Path

from hzbench.benchmark.errors import CheckpointError

SAVE_WEIGHTS = (
    'Save the weights alone: torch.save(model.state_dict(), "model.pt") or safetensors.torch.save_model.'
)
"""The advice that fits most refusals."""


def refusal(path: Path, rule: str, found: str, advice: str = SAVE_WEIGHTS) -> CheckpointError:
    """Return the error of an admission rule that a file breaks.

    Args:
        path: the submitted file.
        rule: the rule's name, as listed in the module that holds it.
        found: what is wrong with the file, without a full stop.
        advice: the next thing to do, a whole sentence.
    """
    return CheckpointError(f"{printable(path.name)}: refused by rule '{rule}': {printable(found)}. {advice}")


def printable(text: str, limit: int = 400) -> str:
    """Return `text` on one line, without control or direction characters, cut to `limit` characters.

    Names inside a submitted file and messages of the process that runs it are written by strangers.
    """
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    line = " ".join(line.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
