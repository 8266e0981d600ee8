"""The fuzzing modules, and the hostile set's honest originals, are imported by name."""

from __future__ import annotations

import sys
from pathlib import Path

for folder in (Path(__file__).parent, Path(__file__).parents[1] / "hostile"):
    sys.path.insert(0, str(folder))
