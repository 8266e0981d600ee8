"""Write the golden digests of sdhz-synth, or compare them with what is rendered here.

python tests/golden/make_synth_golden.py           # render all 5,700 pictures and write; refuses once frozen
python tests/golden/make_synth_golden.py --check   # render all and compare; exit status 1 if one differs
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from hzbench.benchmark.data.synth import SPLIT_DIGESTS, VERSION, extra_plan, frozen, plan, render_picture
from hzbench.corruptions import pixel_digest

FOLDER = Path(__file__).parent
PREVIEW = 24  # pixels, for the interpreter
SPLITS = ("train", "val", "test", "gate", "hz-w")


def golden_file(version: str = VERSION) -> Path:
    """Return where the digests of a version are kept."""
    return FOLDER / f"sdhz-synth-{version}.json"


def load() -> dict[str, Any]:
    """Return the golden digests of the version in force."""
    document: dict[str, Any] = json.loads(golden_file().read_text(encoding="utf-8"))
    return document


def sample() -> list[int]:
    """Return one picture of every kind of lesion and three of every split."""
    records = (*plan(), *extra_plan())
    kinds = {record.kind: record.index for record in reversed(plan())}
    chosen = set(kinds.values())
    for split in SPLITS:
        own = [record.index for record in records if record.split == split]
        chosen.update((own[0], own[len(own) // 2], own[-1]))
    return sorted(chosen)


def preview_digest(index: int) -> str:
    """Return the pixel digest of a small preview, cheap enough for the interpreter."""
    return pixel_digest(render_picture(index, PREVIEW))


def whole_set() -> dict[str, str]:
    """Render everything and return {split: digest}."""
    # the samples are compared in environments that cannot open datasets
    from hzbench.benchmark.data.catalogue import sdhz_synth
    from hzbench.benchmark.data.rendering import rendered_dataset

    renderer = sdhz_synth()._replace(digests={})

    def progress(stage: str, done: int, total: int) -> None:
        if done % 100 == 0:
            print(f"{stage}: {done} of {total}", file=sys.stderr)

    with tempfile.TemporaryDirectory() as folder:
        dataset = rendered_dataset(renderer, Path(folder) / "all", SPLITS, progress=progress)
        return {name: dataset.split(name).digest for name in SPLITS}


def main() -> int:
    """Write, or compare, and return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    if not check and VERSION in SPLIT_DIGESTS:
        print(f"sdhz-synth-{VERSION} is frozen; its digests never change", file=sys.stderr)
        return 1
    pictures = {
        "pictures": {str(index): pixel_digest(render_picture(index)) for index in sample()},
        "previews": {str(index): preview_digest(index) for index in sample()},
    }
    splits = whole_set()
    if check:
        same = pictures == load() and splits == SPLIT_DIGESTS[VERSION]
        print("all digests agree" if same else "digests differ", file=sys.stderr)
        return 0 if same else 1
    golden_file().write_text(json.dumps(pictures, indent=1) + "\n", encoding="utf-8")
    entries = "".join(f'        "{name}": "{digest}",\n' for name, digest in splits.items())
    source = Path(frozen.__file__)
    text = source.read_text(encoding="utf-8")
    opening = "SPLIT_DIGESTS: dict[str, dict[str, str]] = {"
    before, _, after = text.partition(opening)
    rest = after if after.startswith("\n") else "\n" + after
    source.write_text(f'{before}{opening}\n    "{VERSION}": {{\n{entries}    }},{rest}', encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
