"""The errors a user can meet, each with the exit code that the command line returns for it."""

from __future__ import annotations


class HzbenchError(Exception):
    """Base of all errors that are explained in one line: what was found, what was expected, what to do."""

    exit_code = 2


class Terminated(KeyboardInterrupt):
    """SIGTERM: the work ends as at Ctrl-C, and can be continued in the same way."""


class UsageError(HzbenchError):
    """An option, a name or a combination of options that cannot be used."""

    exit_code = 2


class VerificationError(HzbenchError):
    """Recomputed bytes or numbers differ from the recorded ones, or a gate failed."""

    exit_code = 1


class NotComparableError(HzbenchError):
    """Two results, or a result and a reference, that do not speak of the same pictures and specification."""

    exit_code = 3


class CheckpointError(HzbenchError):
    """A checkpoint that was refused, could not be loaded, or failed while it ran."""

    exit_code = 4


class DataError(HzbenchError):
    """A dataset, picture or export that is missing, damaged or not what its index says."""

    exit_code = 5


def closest(name: str, valid: list[str]) -> str:
    """Return the sentences that list the valid names and, where one is near, the closest match.

    Args:
        name: what the user wrote.
        valid: every accepted name.
    """
    import difflib

    if not valid:
        return " There is none yet."
    match = difflib.get_close_matches(name, valid, n=1)
    guess = f" Did you mean '{match[0]}'?" if match else ""
    return f"{guess} Valid names: {', '.join(valid)}."
