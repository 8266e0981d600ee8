"""Spots: the one primitive that every lesion is made of, and the kernel that paints them."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from hzbench.benchmark.data.synth.canvas import Canvas
from hzbench.benchmark.data.synth.compiled import kernel
from hzbench.benchmark.data.synth.noise import Plane, smooth_noise, smoothstep


class Spot(NamedTuple):
    """An irregular round patch; each amount is spread over the distance d (1 = outline) by five profiles.

    Profiles: `plateau` (flat with a soft edge), `ring` (a ridge at d = ring), `dome` (1 - d^2),
    `core` (a small dome of radius core), `halo` (fades out to d = halo).
    Lengths are in pixels; colours are linear 0-1; heights are pixels toward the camera.
    """

    x: float
    y: float
    radius: float
    aspect: float = 1.0  # minor over major axis
    axis_x: float = 1.0  # direction of the major axis, unit vector
    axis_y: float = 0.0
    irregular: float = 0.12  # outline noise, share of the radius
    wave: float = 0.8  # size of the outline's bulges, in radii
    square: float = 0.0  # 0 ellipse .. 1 rounded rectangle
    edge: float = 0.2  # softness of the outline, share of the radius
    ring: float = 1.0
    ring_width: float = 0.15
    ring_gap: float = 0.0  # 0 closed ring .. 1 broken
    core: float = 0.3
    halo: float = 0.0
    height_plateau: float = 0.0
    height_ring: float = 0.0
    height_dome: float = 0.0
    height_core: float = 0.0
    blood_plateau: float = 0.0
    blood_ring: float = 0.0
    blood_dome: float = 0.0
    blood_core: float = 0.0
    blood_halo: float = 0.0
    melanin_plateau: float = 0.0
    melanin_ring: float = 0.0
    melanin_core: float = 0.0
    melanin_halo: float = 0.0
    red: float = 0.0
    green: float = 0.0
    blue: float = 0.0
    cover_plateau: float = 0.0
    cover_ring: float = 0.0
    cover_dome: float = 0.0
    cover_core: float = 0.0
    patch: float = 0.0  # 0 solid cover .. 1 cover and bumps in flakes
    patch_size: float = 4.0  # size of a flake in pixels
    patch_level: float = 0.0  # noise level above which a flake lies, -1 .. 1
    bump: float = 0.0  # height of a flake in pixels
    mottle: float = 0.0  # how uneven blood and melanin are, 0 .. 1
    gloss_plateau: float = 0.0
    gloss_ring: float = 0.0
    gloss_dome: float = 0.0
    offset: float = 0.0  # where in the noise table the spot's noise lies
    lamella: float = 0.0  # 1: flakes follow the outline, as peeling edges do


def paint(canvas: Canvas, spots: Sequence[Spot]) -> None:
    """Add `spots` to the canvas in their order."""
    if spots:
        rows = np.array(spots, dtype=np.float64)
        _paint(
            rows,
            canvas.table,
            canvas.relief,
            canvas.blood,
            canvas.melanin,
            canvas.gloss,
            canvas.red,
            canvas.green,
            canvas.blue,
            canvas.cover,
        )


@kernel
def _paint(
    rows: Plane,
    table: Plane,
    relief: Plane,
    blood: Plane,
    melanin: Plane,
    gloss: Plane,
    red: Plane,
    green: Plane,
    blue: Plane,
    cover: Plane,
) -> None:
    """Paint each row of `rows` (fields of Spot in order) over its bounding box."""
    edge_px = relief.shape[0]
    for index in range(rows.shape[0]):
        s = rows[index]
        cx, cy, radius, aspect, ax, ay = s[0], s[1], s[2], s[3], s[4], s[5]
        irregular, wave, square, edge = s[6], s[7], s[8], s[9]
        ring, ring_width, ring_gap, core, halo = s[10], s[11], s[12], s[13], s[14]
        offset = s[43]
        reach = 1.0 + edge
        if ring + 2.0 * ring_width > reach:
            reach = ring + 2.0 * ring_width
        if halo > reach:
            reach = halo
        span = reach * (1.0 + irregular) * radius * (1.0 + 0.2 * square) + 1.0
        x_low, x_high = max(0, math.floor(cx - span)), min(edge_px - 1, math.floor(cx + span) + 1)
        y_low, y_high = max(0, math.floor(cy - span)), min(edge_px - 1, math.floor(cy + span) + 1)
        inverse = 1.0 / radius
        frequency = 1.0 / wave
        flake_frequency = 1.0 / s[36]
        for y in range(y_low, y_high + 1):
            for x in range(x_low, x_high + 1):
                dx = (x - cx) * inverse
                dy = (y - cy) * inverse
                u = dx * ax + dy * ay
                v = (dy * ax - dx * ay) / aspect
                squared = u * u + v * v
                if squared > 4.0 * reach * reach:
                    continue
                d = math.sqrt(squared)
                if square > 0.0:
                    d += square * (math.sqrt(math.sqrt(u * u * u * u + v * v * v * v)) - d)
                if irregular > 0.0:
                    # two turned lattices, so that no outline follows the cells of one
                    nu = (0.8 * u - 0.6 * v) * frequency
                    nv = (0.6 * u + 0.8 * v) * frequency
                    warp = 0.8 * smooth_noise(table, nu + offset, nv + 0.37 * offset)
                    warp += 0.6 * smooth_noise(
                        table, 1.7 * u * frequency + offset + 31.0, 1.7 * v * frequency
                    )
                    warp += 0.35 * smooth_noise(table, 3.9 * nu - offset, 3.9 * nv)
                    d *= 1.0 + irregular * warp
                if d > reach:
                    continue
                plateau = 1.0 - smoothstep(1.0 - edge, 1.0 + edge, d)
                t = (d - ring) / ring_width
                ridge = 0.0
                if -2.0 < t < 2.0:
                    ridge = 1.0 - 0.25 * t * t
                    ridge = ridge * ridge * ridge
                    if ring_gap > 0.0:
                        gap = smooth_noise(table, 0.9 * u + offset + 77.0, 0.9 * v + 5.0)
                        ridge *= 1.0 - ring_gap * smoothstep(-0.25, 0.35, gap)
                dome = 1.0 - d * d if d < 1.0 else 0.0
                t = d / core
                peak = 0.0
                if t < 1.0:
                    peak = 1.0 - t * t
                    peak = peak * peak
                glow = 0.0
                if d < halo:
                    glow = 1.0 - d / halo
                    glow = glow * glow * (3.0 - 2.0 * glow)
                uneven = 1.0
                flake = 1.0
                if s[35] > 0.0 or s[38] > 0.0 or s[39] > 0.0:
                    plain_x = x * flake_frequency + offset
                    plain_y = y * flake_frequency - offset
                    fx = plain_x
                    fy = plain_y
                    if s[44] > 0.0 and d > 0.05:
                        along = 0.42 * radius * flake_frequency / math.sqrt(squared)
                        across = 0.75 * radius * flake_frequency * d
                        fx = u * along + across + offset
                        fy = v * along + 0.45 * across
                    grain = 0.65 * smooth_noise(table, fx, fy) + 0.5 * smooth_noise(
                        table, 2.1 * fx + 9.0, 2.1 * fy
                    )
                    if s[44] > 0.0:
                        grain = 0.6 * grain + 0.7 * smooth_noise(table, 1.3 * plain_x, 1.3 * plain_y)
                    flake = smoothstep(s[37] - 0.4, s[37] + 0.5, grain)
                    coarse = smooth_noise(table, 0.31 * fx + 50.0, 0.31 * fy)
                    uneven = 1.0 + s[39] * (0.7 * coarse + 0.5 * grain)
                    if uneven < 0.0:
                        uneven = 0.0
                relief[y, x] += s[15] * plateau + s[16] * ridge + s[17] * dome + s[18] * peak
                surface = plateau if plateau > ridge else ridge
                if s[44] > 0.0:
                    surface = ridge + 0.2 * plateau
                relief[y, x] += s[38] * flake * surface
                blood[y, x] += uneven * (
                    s[19] * plateau + s[20] * ridge + s[21] * dome + s[22] * peak + s[23] * glow
                )
                melanin[y, x] += uneven * (s[24] * plateau + s[25] * ridge + s[26] * peak + s[27] * glow)
                gloss[y, x] += s[40] * plateau + s[41] * ridge + s[42] * dome
                alpha = s[31] * plateau + s[32] * ridge + s[33] * dome + s[34] * peak
                alpha *= 1.0 - s[35] * (1.0 - flake)
                if alpha > 0.0:
                    if alpha > 0.97:
                        alpha = 0.97
                    old = cover[y, x]
                    total = alpha + old * (1.0 - alpha)
                    mix = alpha / total
                    red[y, x] += (s[28] - red[y, x]) * mix
                    green[y, x] += (s[29] - green[y, x]) * mix
                    blue[y, x] += (s[30] - blue[y, x]) * mix
                    cover[y, x] = total
