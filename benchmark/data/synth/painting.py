"""The kernel that paints spots and patches onto the canvas."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.data.synth.compiled import kernel
from hzbench.benchmark.data.synth.flakes import cell
from hzbench.benchmark.data.synth.noise import Plane, smooth_noise, smoothstep

Indices = npt.NDArray[np.int64]

BLOCK = 32  # pixels of a row that share a list of lobes


@kernel
def depth_within(
    lobes: Plane, near: Indices, count: int, x: float, y: float, square: float, blend: float
) -> float:
    """Return how far (x, y) is inside the union of the first `count` lobes of `near`, in pixels."""
    within = -1e9
    for k in range(count):
        index = near[k]
        radius = lobes[index, 2]
        dx = (x - lobes[index, 0]) / radius
        dy = (y - lobes[index, 1]) / radius
        u = dx * lobes[index, 4] + dy * lobes[index, 5]
        v = (dy * lobes[index, 4] - dx * lobes[index, 5]) / lobes[index, 3]
        q = math.sqrt(u * u + v * v)
        if square > 0.0:
            q += square * (math.sqrt(math.sqrt(u * u * u * u + v * v * v * v)) - q)
        inside = radius * (1.0 - q)
        share = 0.5 + 0.5 * (inside - within) / blend if blend > 0.0 else -1.0
        if 0.0 < share < 1.0:  # near both: a rounded fillet in place of a cusp
            within += (inside - within) * share + blend * share * (1.0 - share)
        elif inside > within:
            within = inside
    return within


@kernel
def paint_rows(
    scale: float,
    rows: Any,
    lobes: Plane,
    table: Plane,
    rim: Plane,
    relief: Plane,
    blood: Plane,
    melanin: Plane,
    gloss: Plane,
    red: Plane,
    green: Plane,
    blue: Plane,
    cover: Plane,
) -> None:
    """Paint each record of `rows` (fields of Spot, blend, range of lobes) over its bounding box."""
    edge_px = relief.shape[0]
    near = np.empty(lobes.shape[0], dtype=np.int64)
    for index in range(rows.shape[0]):
        s = rows[index]
        cx, cy, radius, offset = s.x, s.y, s.radius, s.offset
        edge, ring, ring_width, core, halo = s.edge, s.ring, s.ring_width, s.core, s.halo
        first, last = s.first, s.last
        inverse = 1.0 / radius
        reach = max(1.0 + edge, ring + 2.0 * ring_width, halo)
        sway = 1.3 * s.irregular * radius
        fray = s.rough * radius
        x_low, y_low, x_high, y_high = 1e9, 1e9, -1e9, -1e9
        for k in range(first, last):
            major = lobes[k, 2] + (reach - 1.0) * radius
            minor = major * lobes[k, 3]
            ax, ay = lobes[k, 4], lobes[k, 5]
            wide = math.sqrt(major * major * ax * ax + minor * minor * ay * ay)
            high = math.sqrt(major * major * ay * ay + minor * minor * ax * ax)
            wide = wide * (1.0 + 0.2 * s.square) + sway + fray + 1.0
            high = high * (1.0 + 0.2 * s.square) + sway + fray + 1.0
            x_low, x_high = min(x_low, lobes[k, 0] - wide), max(x_high, lobes[k, 0] + wide)
            y_low, y_high = min(y_low, lobes[k, 1] - high), max(y_high, lobes[k, 1] + high)
        left, right = max(0, math.floor(x_low)), min(edge_px - 1, math.floor(x_high) + 1)
        top, bottom = max(0, math.floor(y_low)), min(edge_px - 1, math.floor(y_high) + 1)
        frequency = inverse / s.wave
        blend = s.blend * radius
        amplitude = s.irregular * radius
        flaky = s.patch > 0.0 or s.bump > 0.0
        flake_frequency = 1.0 / max(1.6, s.patch_size)  # finer cells would only alias
        mottle_frequency = 1.0 / (s.mottle_size * scale)
        blocks = (right - left) // BLOCK + 1
        for tile in range(blocks * (bottom - top + 1)):
            y = top + tile // blocks
            start = left + tile % blocks * BLOCK
            stop = min(right, start + BLOCK - 1)
            # of many lobes, a run of pixels is near a few or none
            count = 0
            for k in range(first, last):
                beyond = lobes[k, 2] + (reach - 1.0) * radius
                beyond = beyond * (1.0 + 0.2 * s.square) + blend + sway + fray + 1.0
                if (
                    lobes[k, 0] - beyond <= stop
                    and lobes[k, 0] + beyond >= start
                    and lobes[k, 1] - beyond <= y
                    and lobes[k, 1] + beyond >= y
                ):
                    near[count] = k
                    count += 1
            if count == 0:
                continue
            for x in range(start, stop + 1):
                if rim[y, x] > 1.05:  # cloth, a ruler, the ground
                    continue
                wx, wy = x + 0.0, y + 0.0
                if amplitude > 0.0:
                    # the plane is bent, on lattices turned against the picture's, before distances are taken
                    nx = (0.8 * (x - cx) - 0.6 * (y - cy)) * frequency + offset
                    ny = (0.6 * (x - cx) + 0.8 * (y - cy)) * frequency - 0.37 * offset
                    mx, my = 1.2 * nx + 1.9 * ny + 31.0, 1.2 * ny - 1.9 * nx
                    wx += amplitude * (smooth_noise(table, nx, ny) + 0.45 * smooth_noise(table, mx, my))
                    wy += amplitude * (
                        smooth_noise(table, nx + 57.0, ny + 11.0)
                        + 0.45 * smooth_noise(table, mx + 23.0, my + 83.0)
                    )
                within = depth_within(lobes, near, count, wx, wy, s.square, blend)
                if fray > 0.0:
                    within += fray * smooth_noise(table, 0.23 * x + 0.11 * y + offset, 0.23 * y - 0.11 * x)
                d = 1.0 - within * inverse
                if d > reach:
                    continue
                if d < 0.0:
                    d = 0.0
                plateau = 1.0 - smoothstep(1.0 - edge, 1.0 + edge, d)
                t = (d - ring) / ring_width
                ridge = 0.0
                if -2.0 < t < 2.0:
                    ridge = 1.0 - 0.25 * t * t
                    ridge = ridge * ridge * ridge
                    if s.ring_gap > 0.0:
                        gap = smooth_noise(
                            table,
                            0.9 * (x - cx) * frequency + offset + 77.0,
                            0.9 * (y - cy) * frequency + 5.0,
                        )
                        ridge *= 1.0 - s.ring_gap * smoothstep(-0.25, 0.35, gap)
                dome = 0.0
                if d < 1.0:
                    dome = (1.0 - d * d) * (1.0 + s.flatness * d * d)
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
                if s.mottle > 0.0:
                    fx, fy = x * mottle_frequency + offset, y * mottle_frequency - offset
                    grain = 0.7 * smooth_noise(table, 0.4 * fx, 0.4 * fy)
                    grain += 0.45 * smooth_noise(table, fx + 9.0, fy)
                    grain += 0.3 * smooth_noise(table, 2.3 * fx, 2.3 * fy + 40.0)
                    uneven = max(0.0, 1.0 + s.mottle * grain)
                flake, shade, lift = 1.0, 1.0, 0.0
                if flaky:
                    fx, fy = x * flake_frequency + offset, y * flake_frequency - offset
                    wobble = smooth_noise(table, 1.7 * fx, 1.7 * fy)
                    border, tip_x, tip_y, column, row = cell(table, fx + 0.5 * wobble, fy - 0.5 * wobble)
                    own = table[(row + 19) & 255, (column + 101) & 255]
                    other = table[(row + 171) & 255, (column + 7) & 255]
                    crowd = 0.55 * own + 0.75 * smooth_noise(table, 0.3 * fx + 50.0, 0.3 * fy)
                    flake = smoothstep(s.patch_level - 0.3, s.patch_level + 0.3, crowd)
                    # edges thin out and each plate is tilted its own way, so that some catch the light
                    thick = smoothstep(0.0, 0.35, border + 0.22 * smooth_noise(table, 2.9 * fx, 2.9 * fy))
                    lift = flake * (0.35 + 0.65 * thick + 0.7 * (own * tip_x + other * tip_y))
                    flake *= (0.35 + 0.65 * thick) * (0.8 + 0.2 * other + 0.3 * wobble)
                    shade = 1.0 + s.vary * (0.6 * other + 0.5 * wobble)
                surface = max(plateau, ridge) if s.cover_plateau > 0.0 or s.cover_ring <= 0.0 else ridge
                relief[y, x] += (
                    s.height_plateau * plateau
                    + s.height_ring * ridge
                    + s.height_dome * dome
                    + s.height_core * peak
                    + s.bump * lift * surface
                )
                blood[y, x] += uneven * (
                    s.blood_plateau * plateau
                    + s.blood_ring * ridge
                    + s.blood_dome * dome
                    + s.blood_core * peak
                    + s.blood_halo * glow
                )
                melanin[y, x] += uneven * (
                    s.melanin_plateau * plateau
                    + s.melanin_ring * ridge
                    + s.melanin_core * peak
                    + s.melanin_halo * glow
                )
                alpha = s.cover_plateau * plateau + s.cover_ring * ridge
                alpha += s.cover_dome * dome + s.cover_core * peak
                alpha *= 1.0 - s.patch * (1.0 - flake)
                gloss[y, x] += s.gloss_plateau * plateau + s.gloss_ring * ridge + s.gloss_dome * dome
                if alpha > 0.0:
                    alpha = min(alpha, 0.97)
                    gloss[y, x] *= 1.0 - s.matt * alpha
                    old = cover[y, x]
                    total = alpha + old * (1.0 - alpha)
                    mix = alpha / total
                    red[y, x] += (s.red * shade - red[y, x]) * mix
                    green[y, x] += (s.green * shade - green[y, x]) * mix
                    blue[y, x] += (s.blue * shade - blue[y, x]) * mix
                    cover[y, x] = total
