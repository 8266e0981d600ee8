"""The random fields of hzbench's corruptions in the form in which the originals draw them from numpy."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np

from hzbench.corruptions import fog, glass_blur, impulse_noise, motion_kernel, shot_noise, snow
from hzbench.corruptions.enlargement import enlargement
from hzbench.corruptions.quantiles import ONE, normal_quantiles
from hzbench.corruptions.random_stream import RandomStream

DIRECTIONS = 2**motion_kernel.DIRECTION_BITS


def angle(word: int) -> float:
    """Return the angle in degrees, -45 to 45, that `motion_kernel.direction` takes for a word."""
    j = word >> (32 - motion_kernel.DIRECTION_BITS)
    return (2 * j + 1 - DIRECTIONS) * 45 / DIRECTIONS


def motion_blur_fields(shape: tuple[int, int], severity: int, stream: RandomStream) -> dict[str, Any]:
    """Return the fields of motion blur: one angle."""
    return {"uniform": [angle(int(stream.words(0, 1)[0]))]}


def glass_blur_fields(shape: tuple[int, int], severity: int, stream: RandomStream) -> dict[str, Any]:
    """Return the fields of glass blur: a pair (dx, dy) for each visit."""
    _, reach, passes = glass_blur.PARAMETERS[severity - 1]
    visits = passes * (shape[0] - 2 * reach) * (shape[1] - 2 * reach)
    pairs = (stream.halves(0, visits).astype(np.int64) * (2 * reach) ** 2) >> 16
    steps = np.stack([pairs % (2 * reach) - reach, pairs // (2 * reach) - reach], axis=1)
    return {"randint": iter(steps)}


def frost_fields(shape: tuple[int, int], severity: int, stream: RandomStream) -> dict[str, Any]:
    """Return the fields of frost: texture, row and column."""
    words = [int(word) for word in stream.words(0, 3)]
    draws = [lambda stop: words[0] * stop >> 32]
    draws += [lambda start, stop, word=word: word * stop >> 32 for word in words[1:]]  # type: ignore[misc]
    return {"randint": draws}


def fog_fields(shape: tuple[int, int], severity: int, stream: RandomStream) -> dict[str, Any]:
    """Return the fields of fog: the displacements of 8 steps, three arrays each."""
    side = fog.map_side(*shape)
    signed = (2 * stream.halves(0, side * side - 1).astype(np.int64) - 65535) / 65536

    def draws() -> Iterator[Any]:
        used, step = 0, side
        while step >= 2:
            cells = (side // step) ** 2
            for _ in range(3):
                part, used = signed[used : used + cells], used + cells
                yield lambda low, high, shape, part=part: high * part.reshape(shape)
            step //= 2

    return {"uniform": draws()}


def snow_fields(shape: tuple[int, int], severity: int, stream: RandomStream) -> dict[str, Any]:
    """Return the fields of snow: a layer of normal values, zero where it is cut off, and one angle."""
    weather = snow.WEATHER[severity - 1]
    rows, columns = (enlargement(side, weather.enlargement) for side in shape)
    quantiles = normal_quantiles()[stream.halves(0, rows.lines * columns.lines)].astype(np.int64)
    quantiles = (quantiles * snow.NOISE_ONE + ONE // 2) // ONE
    layer = np.zeros(shape)
    layer[rows.first :, columns.first :][: rows.lines, : columns.lines] = (
        weather.mean * snow.NOISE_ONE + weather.deviation * quantiles.reshape(rows.lines, columns.lines)
    ) / (100 * snow.NOISE_ONE)
    return {"normal": [layer], "uniform": [angle(int(stream.words(1, 1)[0])) - 90]}


def gaussian_noise_fields(shape: tuple[int, int], severity: int, stream: RandomStream) -> dict[str, Any]:
    """Return the fields of Gaussian noise: a normal value for each number of the picture."""
    quantiles = normal_quantiles()[stream.halves(0, shape[0] * shape[1] * 3)].reshape(*shape, 3) / ONE
    return {"normal": [lambda size, scale: scale * quantiles]}


def shot_noise_fields(shape: tuple[int, int], severity: int, stream: RandomStream) -> dict[str, Any]:
    """Return the fields of shot noise: the number of photons behind each value that hzbench draws."""
    uniforms = stream.halves(0, shape[0] * shape[1] * 3).astype(np.int64)
    bits, photons = shot_noise.SLOT_BITS[severity - 1], shot_noise.PHOTONS_AT_WHITE[severity - 1]
    table = shot_noise.alias_table(severity).astype(np.int64)

    def counts(means: Any) -> Any:
        pixels = np.rint(means.reshape(-1) / photons * 255).astype(np.int64)
        entry = table[(pixels << bits) + (uniforms >> (16 - bits))]
        own = (uniforms & ((1 << (16 - bits)) - 1)) < (entry & 0xFFFF)
        outcome = np.where(own, (entry >> 16) & 255, entry >> 24)
        return -(-outcome * photons // 255).reshape(means.shape)

    return {"poisson": [counts]}


def impulse_noise_fields(shape: tuple[int, int], severity: int, stream: RandomStream) -> dict[str, Any]:
    """Return the fields of impulse noise: which values are replaced, and which of these by white."""
    uniforms = stream.halves(0, shape[0] * shape[1] * 3).reshape(*shape, 3).astype(np.int64)
    half = (65536 * impulse_noise.AMOUNT_PERCENT[severity - 1] + 100) // 200
    fields = iter([np.where(uniforms < 2 * half, 0.0, 1.0), np.where(uniforms >= half, 0.0, 1.0)])
    return {"default_rng": [lambda seed: SimpleNamespace(random=lambda size: next(fields))]}


def elastic_transform_fields(shape: tuple[int, int], severity: int, stream: RandomStream) -> dict[str, Any]:
    """Return the fields of elastic transform: three shifted corners, then two displacement fields."""
    corners = (2 * stream.words(0, 6).astype(np.int64) + 1 - 2**32) / 2**32
    noise = [
        ((stream.halves(field, shape[0] * shape[1]).astype(np.int64) >> 4) * 2 + 1 - 4096) / 4096
        for field in (1, 2)
    ]
    draws: list[Any] = [lambda low, high, size: high * corners.reshape(size)]
    draws += [lambda low, high, size, values=values: values.reshape(size) for values in noise]
    return {"uniform": draws}


def fields(name: str, shape: tuple[int, int], severity: int, stream: RandomStream) -> dict[str, Any]:
    """Return the random fields of one cell; empty for corruptions without randomness."""
    function = globals().get(f"{name}_fields")
    drawn: dict[str, Any] = function(shape, severity, stream) if function else {}
    return drawn
