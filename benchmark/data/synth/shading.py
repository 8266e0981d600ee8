"""From painted planes to light: skin optics, highlights, shadow, ground and clothing."""

import math

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.data.synth.camera import expose
from hzbench.benchmark.data.synth.canvas import GROUND, Canvas
from hzbench.benchmark.data.synth.compiled import kernel
from hzbench.benchmark.data.synth.noise import Plane, decay, smooth_noise, smoothstep
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.scene import Scene
from hzbench.benchmark.data.synth.shadows import between, cast_shadows


def shade(canvas: Canvas, person: Person, scene: Scene) -> npt.NDArray[np.uint8]:
    """Return the finished picture, (edge / 2, edge / 2, 3) uint8.

    Args:
        canvas: with body, skin, lesions and surroundings painted.
        person: gives the resting melanin and blood, and the undertone.
        scene: light and camera.
    """
    edge = canvas.edge
    light: Plane = np.empty((3, edge, edge), dtype=np.float64)
    toward = (scene.light_x, scene.light_y, scene.light_z)
    layers = cast_shadows(canvas.depth, canvas.material, canvas.table, toward, scene.hardness, 0.06 * edge)
    _illuminate(
        np.array(scene, dtype=np.float64),
        np.array((person.melanin, person.blood, person.yellow), dtype=np.float64),
        canvas.scale,
        canvas.table,
        canvas.depth,
        canvas.rim,
        canvas.relief,
        canvas.blood,
        canvas.melanin,
        canvas.gloss,
        canvas.red,
        canvas.green,
        canvas.blue,
        canvas.cover,
        canvas.material,
        canvas.back_red,
        canvas.back_green,
        canvas.back_blue,
        layers,
        light,
    )
    return expose(light, scene)


@kernel
def _illuminate(
    scene: Plane,
    rest: Plane,
    scale: float,
    table: Plane,
    depth: Plane,
    rim: Plane,
    relief: Plane,
    blood: Plane,
    melanin: Plane,
    gloss: Plane,
    red: Plane,
    green: Plane,
    blue: Plane,
    cover: Plane,
    material: Plane,
    back_red: Plane,
    back_green: Plane,
    back_blue: Plane,
    layers: Plane,
    light: Plane,
) -> None:
    edge = depth.shape[0]
    share = 1.0 / edge
    lx, ly, lz = scene[1], scene[2], scene[3]
    ambient, flash, shadow, highlight = scene[10], scene[15], scene[16], scene[21]
    # half way between the light and the camera (0, 0, 1)
    norm = 1.0 / math.sqrt(lx * lx + ly * ly + (lz + 1.0) * (lz + 1.0))
    hx, hy, hz = lx * norm, ly * norm, (lz + 1.0) * norm
    far = 1.0 / (260.0 * scale + edge)  # a flash is about that far from the skin
    for y in range(edge):
        for x in range(edge):
            px = (x + 0.5) * share - 0.5
            py = (y + 0.5) * share - 0.5
            gain = 1.0 + scene[13] * px + scene[14] * py
            if flash > 0.0:
                behind = 1.0 - depth[y, x] * far
                if behind < 0.3:
                    behind = 0.3
                gain *= 1.0 / (1.0 + flash * (behind * behind - 1.0 + 1.1 * (px * px + py * py)))
            if gain < 0.05:
                gain = 0.05
            if shadow > 0.0:
                wobble = 0.06 * smooth_noise(table, 4.0 * px + 7.0, 4.0 * py)
                at = px * scene[17] + py * scene[18] + wobble - scene[19]
                gain *= 1.0 - shadow * smoothstep(-scene[20], scene[20], at)
            here = material[y, x]
            # slopes within one material only: an outline is no slope
            left, right = max(0, x - 1), min(edge - 1, x + 1)
            top, bottom = max(0, y - 1), min(edge - 1, y + 1)
            if material[y, left] != here:
                left = x
            if material[y, right] != here:
                right = x
            if material[top, x] != here:
                top = y
            if material[bottom, x] != here:
                bottom = y
            gx = 0.0
            gy = 0.0
            if right > left:
                gx = (depth[y, right] - depth[y, left]) / (right - left)
            if bottom > top:
                gy = (depth[bottom, x] - depth[top, x]) / (bottom - top)
            if here == 0.0:
                if right > left:
                    gx += (relief[y, right] - relief[y, left]) / (right - left)
                if bottom > top:
                    gy += (relief[bottom, x] - relief[top, x]) / (bottom - top)
            nz = 1.0 / math.sqrt(1.0 + gx * gx + gy * gy)
            nx, ny = -gx * nz, -gy * nz
            side = 0 if here == GROUND else 1
            cx = 0.25 * (x - 2.0)
            cy = 0.25 * (y - 2.0)
            facing = nx * lx + ny * ly + nz * lz
            reached = between(layers[side], cx, cy)
            around = ambient * (0.5 + 0.5 * nz) * between(layers[2 + side], cx, cy)
            shine = nx * hx + ny * hy + nz * hz
            if shine < 0.0:
                shine = 0.0
            s = shine * shine
            s = s * s
            broad = s * s  # ^8
            s = broad * broad
            sheen = s * s  # ^32
            s = sheen * sheen
            sharp = s * s  # ^128
            if here == 0.0 or cover[y, x] > 0.02:
                # light that entered nearby softens the terminator, most of all in red
                wide = (facing + 0.30) / 1.30
                narrow = (facing + 0.14) / 1.14
                if wide < 0.0:
                    wide = 0.0
                if narrow < 0.0:
                    narrow = 0.0
                wide *= 0.06 + 0.94 * reached
                narrow *= reached
                m = rest[0] + melanin[y, x]
                if m < 0.0:
                    m = 0.0
                if m > 3.2:
                    m = 3.2
                b = rest[1] + blood[y, x]
                if b < 0.0:
                    b = 0.0
                screen = 1.0 - 0.2 * m
                if screen < 0.45:
                    screen = 0.45
                b *= screen
                if b > 2.4:
                    b = 2.4 + 0.3 * (b - 2.4)
                quadratic = m * m
                r = 0.80 * decay(0.72 * m + 0.15 * quadratic + 0.24 * b)
                g = 0.64 * decay(1.10 * m + 0.08 * quadratic + 0.90 * b + 0.12 * rest[2])
                bl = 0.54 * decay(1.48 * m - 0.03 * quadratic + 0.76 * b + 0.45 * rest[2])
                c = cover[y, x]
                if here != 0.0:
                    r, g, bl = back_red[y, x], back_green[y, x], back_blue[y, x]
                if c > 0.0:
                    r += (red[y, x] - r) * c
                    g += (green[y, x] - g) * c
                    bl += (blue[y, x] - bl) * c
                # a grazing look meets more of the oily surface
                graze = 1.0 - nz
                film = gloss[y, x] + 0.10 + 0.5 * graze * graze
                if film < 0.0:
                    film = 0.0
                glint = highlight * reached * film * (0.04 * broad + 0.08 * sheen + 0.6 * sharp)
                light[0, y, x] = gain * (scene[4] * (r * wide + glint) + scene[7] * r * around)
                light[1, y, x] = gain * (scene[5] * (g * narrow + glint) + scene[8] * g * around)
                light[2, y, x] = gain * (scene[6] * (bl * narrow + glint) + scene[9] * bl * around)
            else:
                direct = (facing + 0.1) / 1.1
                if direct < 0.0:
                    direct = 0.0
                direct *= reached
                glint = 0.02 * highlight * reached * sheen
                r, g, bl = back_red[y, x], back_green[y, x], back_blue[y, x]
                light[0, y, x] = gain * (scene[4] * (r * direct + glint) + scene[7] * r * around)
                light[1, y, x] = gain * (scene[5] * (g * direct + glint) + scene[8] * g * around)
                light[2, y, x] = gain * (scene[6] * (bl * direct + glint) + scene[9] * bl * around)
