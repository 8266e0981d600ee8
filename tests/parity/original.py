"""The original corruptions (PyPI imagenet-c 0.0.3 = hendrycks/robustness) on current libraries.

Names that newer libraries dropped are put back for the time of the import, and its random numbers can be
injected.
"""

import importlib
import importlib.util
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

NEEDED = ("imagenet_c", "cv2", "wand", "skimage", "scipy", "imagecorruptions")


def missing() -> str:
    """Return why the original can't run here, or an empty string."""
    absent = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if absent:
        return f"the parity tests need {', '.join(absent)}: run them with tox -e parity"
    import cv2

    if int(cv2.__version__.split(".")[0]) >= 5:
        return f"the parity tests need opencv-python-headless<5, found {cv2.__version__}"
    try:
        importlib.import_module("wand.image")
    except ImportError as error:
        return f"the parity tests need ImageMagick 6 (Debian: libmagickwand-6.q16-6): {error}"
    version = importlib.import_module("wand.version").MAGICK_VERSION
    if not version.startswith("ImageMagick 6.") or "Q16" not in version:
        return f"the parity tests need ImageMagick 6 with Q16, found {version}"
    return ""


def load() -> types.ModuleType:
    """Import the module with the original corruption functions."""
    import PIL.Image
    import scipy.ndimage
    import skimage.filters

    frost = importlib.util.find_spec("imagecorruptions")
    assert frost is not None
    assert frost.submodule_search_locations
    folder = Path(frost.submodule_search_locations[0])

    resources = types.ModuleType("pkg_resources")
    resources.resource_filename = lambda package, name: str(folder / name)  # type: ignore[attr-defined]
    interpolation = types.ModuleType("scipy.ndimage.interpolation")
    interpolation.map_coordinates = scipy.ndimage.map_coordinates  # type: ignore[attr-defined]
    sys.modules["pkg_resources"] = resources
    sys.modules["scipy.ndimage.interpolation"] = interpolation

    plain = skimage.filters.gaussian

    def gaussian(image: Any, sigma: float, multichannel: bool = False, **options: Any) -> Any:
        return plain(image, sigma, channel_axis=-1 if multichannel else None, **options)

    for name, value in (("float_", np.float64), ("fromstring", np.frombuffer)):
        if name == "fromstring" or not hasattr(np, name):
            setattr(np, name, value)
    skimage.filters.gaussian = gaussian
    try:
        module = importlib.import_module("imagenet_c.corruptions")
    finally:
        skimage.filters.gaussian = plain
    fromarray = PIL.Image.fromarray
    module.PILImage = types.SimpleNamespace(  # type: ignore[attr-defined]
        fromarray=lambda array, mode=None: fromarray(array), BOX=PIL.Image.Resampling.BOX, open=PIL.Image.open
    )
    return module


@contextmanager
def injected(**fields: Any) -> Iterator[None]:
    """Make numpy's global random functions return these arrays, one call after the other.

    Args:
        fields: function name in numpy.random -> the arrays or numbers that its calls return, in order. A
            callable entry is called with the same arguments.
    """
    before: dict[str, Callable[..., Any]] = {}

    def replacement(name: str, values: list[Any]) -> Callable[..., Any]:
        queue = iter(values)

        def drawn(*args: Any, **kwargs: Any) -> Any:
            value = next(queue)
            return value(*args, **kwargs) if callable(value) else value

        return drawn

    for name, values in fields.items():
        before[name] = getattr(np.random, name)
        setattr(np.random, name, replacement(name, list(values)))
    try:
        yield
    finally:
        for name, function in before.items():
            setattr(np.random, name, function)


def original(module: types.ModuleType, name: str, image: np.ndarray, severity: int) -> np.ndarray:
    """Return what the original makes of `image`, uint8, values truncated as it does."""
    import PIL.Image

    return np.uint8(getattr(module, name)(PIL.Image.fromarray(image), severity))  # type: ignore[return-value]
