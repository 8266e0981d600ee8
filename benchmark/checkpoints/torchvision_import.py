"""Import torchvision without torch's compiler, which it pulls in for one question of its detection operators.

`torchvision.ops.roi_align` takes `is_compile_supported` from `torch._dynamo.utils`; that costs 1.6 of the 3.6
seconds that a worker needs to start (torch 2.14, torchvision 0.29). No classifier ever asks the question.
"""

from __future__ import annotations

import sys
import types
from typing import Any

_COMPILER = ("torch._dynamo", "torch._dynamo.utils")


def import_torchvision() -> Any:
    """Return the torchvision package; a stand-in for the compiler exists only while it is first imported."""
    import torch

    if "torchvision" not in sys.modules and not any(name in sys.modules for name in _COMPILER):
        package, utilities = (types.ModuleType(name) for name in _COMPILER)
        package.__path__ = []
        package.utils = utilities  # type: ignore[attr-defined]  # how a package holds its module
        utilities.is_compile_supported = lambda device: False  # type: ignore[attr-defined]  # as above
        sys.modules.update(zip(_COMPILER, (package, utilities), strict=True))
        try:
            import torchvision
        except ImportError:  # another version asks for more: import it in full below
            for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
                del sys.modules[name]
        finally:
            for name in _COMPILER:
                sys.modules.pop(name, None)
            torch.__dict__.pop("_dynamo", None)
    import torchvision

    return torchvision
