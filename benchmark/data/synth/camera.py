"""From light to pixels: automatic exposure, lens, vignette, colour and tone curve of a camera."""

import math

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.data.synth.compiled import kernel
from hzbench.benchmark.data.synth.noise import Plane, decay
from hzbench.benchmark.data.synth.scene import Scene

_TAPS = 4  # pixels on each side that the lens blur gathers when it halves the resolution
_GREY = 0.27  # what automatic exposure makes of the middle of the picture


def expose(light: Plane, scene: Scene) -> npt.NDArray[np.uint8]:
    """Return the picture that a camera makes of linear light (3, edge, edge), at half its resolution."""
    edge = light.shape[1]
    picture = np.empty((edge // 2, edge // 2, 3), dtype=np.uint8)
    small = np.empty((3, edge // 2, edge // 2), dtype=np.float64)
    half = np.empty((edge, edge // 2), dtype=np.float64)
    _gather(light, half, scene.softness, small)
    _develop(small, scene.exposure, scene.vignette, scene.saturation, picture)
    return picture


@kernel
def _gather(light: Plane, half: Plane, softness: float, small: Plane) -> None:
    """Blur and halve each plane."""
    edge = light.shape[1]
    final = edge // 2
    weights = np.empty(2 * _TAPS)
    total = 0.0
    for k in range(2 * _TAPS):
        t = (k - _TAPS + 0.5) / (2.0 * softness)
        weights[k] = decay(0.5 * t * t)
        total += weights[k]
    for k in range(2 * _TAPS):
        weights[k] = weights[k] / total
    for channel in range(3):
        for y in range(edge):
            for x in range(final):
                value = 0.0
                for k in range(2 * _TAPS):
                    column = min(edge - 1, max(0, 2 * x + 1 + k - _TAPS))
                    value += weights[k] * light[channel, y, column]
                half[y, x] = value
        for y in range(final):
            for x in range(final):
                value = 0.0
                for k in range(2 * _TAPS):
                    row = min(edge - 1, max(0, 2 * y + 1 + k - _TAPS))
                    value += weights[k] * half[row, x]
                small[channel, y, x] = value


@kernel
def _develop(
    small: Plane, exposure: float, vignette: float, saturation: float, picture: npt.NDArray[np.uint8]
) -> None:
    """Expose for the middle, then apply vignette, colour and tone curve and round to 8 bits."""
    final = small.shape[1]
    total = 0.0
    weight = 0.0
    for y in range(final):
        for x in range(final):
            px = (x + 0.5) / final - 0.5
            py = (y + 0.5) / final - 0.5
            w = 1.0 - 1.6 * (px * px + py * py)
            total += w * (0.3 * small[0, y, x] + 0.6 * small[1, y, x] + 0.1 * small[2, y, x])
            weight += w
    # the meter sees the mean, and corrects two thirds of the way (in stops, about)
    ratio = _GREY / (total / weight + 0.01)
    gain = exposure * (0.35 + 0.65 * math.sqrt(ratio)) * math.sqrt(math.sqrt(ratio))
    for y in range(final):
        for x in range(final):
            px = (x + 0.5) / final - 0.5
            py = (y + 0.5) / final - 0.5
            own = gain * (1.0 - vignette * 2.0 * (px * px + py * py))
            r, g, b = own * small[0, y, x], own * small[1, y, x], own * small[2, y, x]
            grey = 0.3 * r + 0.6 * g + 0.1 * b
            picture[y, x, 0] = _tone(grey + saturation * (r - grey))
            picture[y, x, 1] = _tone(grey + saturation * (g - grey))
            picture[y, x, 2] = _tone(grey + saturation * (b - grey))


@kernel
def _tone(value: float) -> int:
    """Return the 8-bit value of linear light."""
    if value < 0.0:
        value = 0.0
    # soft shoulder, then about the 1 / 2.2 power: x^(7/16)
    value = value * (1.0 + 0.12 * value) / (1.0 + 0.30 * value)
    root = math.sqrt(math.sqrt(value))
    eighth = math.sqrt(root)
    value = root * eighth * math.sqrt(eighth)
    # the S-curve of a camera's picture style
    if value < 1.0:
        value += 0.85 * value * (1.0 - value) * (2.0 * value - 1.0)
    value = 255.0 * value + 0.5
    return 255 if value > 255.0 else int(value)
