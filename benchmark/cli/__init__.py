"""The command line: parse, call one workflow, print, turn an error into an exit code."""


def main() -> None:
    """Run the command line."""
