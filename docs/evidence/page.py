"""Put a table made by one of these scripts into its place in docs/data/sdhz-synth.md."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "data" / "sdhz-synth.md"


def replace(name: str, text: str) -> None:
    """Replace what stands between `<!-- name -->` and `<!-- /name -->` on the page."""
    page = PAGE.read_text(encoding="utf-8")
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if not pattern.search(page):
        raise SystemExit(f"{PAGE}: no place <!-- {name} --> ... <!-- /{name} --> for this table")
    PAGE.write_text(
        pattern.sub(lambda found: found.group(1) + text.strip() + "\n" + found.group(2), page),
        encoding="utf-8",
    )
    print(text)


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a Markdown table, numbers to the right."""
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"
