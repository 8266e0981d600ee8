"""What the host asks of a worker before it loads anything: layers to apply, and folders to leave readable."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass

NONE = "none"


@dataclass(frozen=True)
class Plan:
    """One worker's confinement; travels as JSON on its command line.

    Attributes:
        layers: of `bubblewrap`, `landlock` and `seccomp`; the first is applied by the host.
        readable: folders and files that may be read.
        devices: device files that may be read, written and controlled.
        writable: a folder that may be written even after libraries are loaded, or None.
        graphics: leave the calls that a graphics card's driver may need.
        die_with_parent: end when the parent ends.
        processes: processes and threads of the worker's own user namespace, or None for no limit.
    """

    layers: tuple[str, ...]
    readable: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    writable: str | None = None
    graphics: bool = False
    die_with_parent: bool = True
    processes: int | None = None

    @property
    def name(self) -> str:
        """The layers in one word, such as `bubblewrap+landlock+seccomp`."""
        return "+".join(self.layers) or NONE

    def to_json(self) -> str:
        """Return the plan as one line."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """Return the plan that `to_json` wrote."""
        values = json.loads(text)
        for key in ("layers", "readable", "devices"):
            values[key] = tuple(values[key])
        return cls(**values)
