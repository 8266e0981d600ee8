"""From painted planes to pixels: skin optics, light, background, clothing, lens and tone curve."""

import math

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.data.synth.canvas import Canvas
from hzbench.benchmark.data.synth.compiled import kernel
from hzbench.benchmark.data.synth.noise import Plane, decay, smooth_noise, smoothstep
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.scene import Scene

_TAPS = 4  # pixels on each side that the lens blur gathers when it halves the resolution


def shade(canvas: Canvas, person: Person, scene: Scene) -> npt.NDArray[np.uint8]:
    """Return the finished picture, (edge / 2, edge / 2, 3) uint8.

    Args:
        canvas: with body, skin and lesions painted.
        person: gives the resting melanin and blood.
        scene: light, surroundings and camera.
    """
    edge = canvas.edge
    light: Plane = np.empty((3, edge, edge), dtype=np.float64)
    _illuminate(
        np.array(scene, dtype=np.float64),
        person.melanin,
        person.blood,
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
        light,
    )
    picture = np.empty((edge // 2, edge // 2, 3), dtype=np.uint8)
    half = np.empty((edge, edge // 2), dtype=np.float64)
    _expose(light, half, scene.softness, scene.vignette, picture)
    return picture


@kernel
def _illuminate(
    scene: Plane,
    melanin_rest: float,
    blood_rest: float,
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
    light: Plane,
) -> None:
    edge = depth.shape[0]
    share = 1.0 / edge
    lx, ly, lz = scene[1], scene[2], scene[3]
    light_red, light_green, light_blue = scene[4], scene[5], scene[6]
    ambient = scene[7]
    exposure = scene[8] * (1.0 + 0.3 * melanin_rest)  # automatic exposure meets dark skin half way
    shadow, highlight, offset = scene[11], scene[16], scene[32]
    # half way between the light and the camera (0, 0, 1)
    norm = 1.0 / math.sqrt(lx * lx + ly * ly + (lz + 1.0) * (lz + 1.0))
    hx, hy, hz = lx * norm, ly * norm, (lz + 1.0) * norm
    for y in range(edge):
        for x in range(edge):
            px = (x + 0.5) * share - 0.5
            py = (y + 0.5) * share - 0.5
            gain = exposure * (1.0 + scene[9] * px + scene[10] * py)
            if shadow > 0.0:
                wobble = 0.06 * smooth_noise(table, 4.0 * px + offset, 4.0 * py)
                at = px * scene[12] + py * scene[13] + wobble - scene[14]
                gain *= 1.0 - shadow * smoothstep(-scene[15], scene[15], at)
            q = rim[y, x]
            skin_red, skin_green, skin_blue = 0.0, 0.0, 0.0
            if q < 1.03:
                left, right = max(0, x - 1), min(edge - 1, x + 1)
                top, bottom = max(0, y - 1), min(edge - 1, y + 1)
                gx = (depth[y, right] - depth[y, left] + relief[y, right] - relief[y, left]) * 0.5
                gy = (depth[bottom, x] - depth[top, x] + relief[bottom, x] - relief[top, x]) * 0.5
                nz = 1.0 / math.sqrt(1.0 + gx * gx + gy * gy)
                nx, ny = -gx * nz, -gy * nz
                facing = nx * lx + ny * ly + nz * lz
                # light that entered nearby softens the terminator, most of all in red
                wide = (facing + 0.32) / 1.32
                narrow = (facing + 0.18) / 1.18
                if wide < 0.0:
                    wide = 0.0
                if narrow < 0.0:
                    narrow = 0.0
                around = ambient * (0.45 + 0.55 * nz)
                m = melanin_rest + melanin[y, x]
                if m < 0.0:
                    m = 0.0
                if m > 3.2:
                    m = 3.2
                b = blood_rest + blood[y, x]
                if b < 0.0:
                    b = 0.0
                screen = 1.0 - 0.2 * m
                if screen < 0.45:
                    screen = 0.45
                b *= screen
                if b > 2.4:
                    b = 2.4 + 0.3 * (b - 2.4)
                quadratic = m * m
                r = 0.86 * decay(0.75 * m + 0.15 * quadratic + 0.24 * b)
                g = 0.66 * decay(1.20 * m + 0.07 * quadratic + 0.98 * b)
                bl = 0.53 * decay(1.62 * m - 0.05 * quadratic + 0.80 * b)
                c = cover[y, x]
                if c > 0.0:
                    r += (red[y, x] - r) * c
                    g += (green[y, x] - g) * c
                    bl += (blue[y, x] - bl) * c
                shine = nx * hx + ny * hy + nz * hz
                glint = 0.0
                if shine > 0.0:
                    s = shine * shine
                    s = s * s
                    s = s * s
                    s = s * s  # ^16
                    sheen = s * s  # ^32
                    s = sheen * sheen
                    s = s * s
                    glint = highlight * (gloss[y, x] + 0.08) * (0.05 * sheen + 0.5 * s)
                skin_red = light_red * gain * (r * (wide + around) + glint)
                skin_green = light_green * gain * (g * (narrow + around) + glint)
                skin_blue = light_blue * gain * (bl * (narrow + around) + glint)
            if q > 0.96:
                # background, darker where the body keeps the light off
                fold = smooth_noise(table, 2.6 * px - offset, 2.6 * py + 0.8 * px)
                fold += 0.5 * smooth_noise(table, 6.5 * px + offset, 5.5 * py)
                level = 0.85 + 0.35 * fold + scene[22] * (px * scene[12] + py * scene[13])
                if scene[23] > 0.0:
                    band = scene[23] * (px * scene[13] - py * scene[12]) + 0.1 * fold
                    band -= math.floor(band)
                    level *= 0.55 if band < 0.5 else 1.0
                near = (q - 1.0) * 4.0
                level *= 1.0 - 0.55 / (1.0 + near * near * 4.0)
                if level < 0.05:
                    level = 0.05
                level *= gain * (0.6 + ambient)
                inside = 1.0 - smoothstep(0.962, 0.988, q)
                skin_red = skin_red * inside + light_red * level * scene[19] * (1.0 - inside)
                skin_green = skin_green * inside + light_green * level * scene[20] * (1.0 - inside)
                skin_blue = skin_blue * inside + light_blue * level * scene[21] * (1.0 - inside)
            if scene[24] > 0.5:
                ripple = 0.03 * smooth_noise(table, 5.0 * px + offset, 5.0 * py + offset)
                over = px * scene[25] + py * scene[26] + ripple - scene[27]
                if over > -0.05 and over < 0.0:
                    dim = 1.0 - 0.5 * smoothstep(-0.05, 0.0, over)
                    skin_red *= dim
                    skin_green *= dim
                    skin_blue *= dim
                if over >= 0.0:
                    along = px * scene[26] - py * scene[25]
                    crease = smooth_noise(table, 9.0 * along + 2.0 * over + offset, 3.0 * over)
                    weave = table[(3 * x + y) & 255, (x + 5 * y) & 255]
                    level = 0.8 + 0.3 * crease + 0.06 * weave
                    if over < 0.035:
                        level *= (
                            0.8 + 0.25 * smoothstep(0.0, 0.006, over) - 0.2 * smoothstep(0.028, 0.035, over)
                        )
                    if scene[31] > 0.0:
                        band = scene[31] * along + 0.15 * crease
                        band -= math.floor(band)
                        level *= 0.45 if band < 0.5 else 1.0
                    level *= gain * (0.55 + ambient)
                    skin_red = light_red * level * scene[28]
                    skin_green = light_green * level * scene[29]
                    skin_blue = light_blue * level * scene[30]
            light[0, y, x] = skin_red
            light[1, y, x] = skin_green
            light[2, y, x] = skin_blue


@kernel
def _expose(
    light: Plane,
    half: Plane,
    softness: float,
    vignette: float,
    picture: npt.NDArray[np.uint8],
) -> None:
    """Blur and halve each plane, then apply vignette and tone curve and round to 8 bits."""
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
                px = (x + 0.5) / final - 0.5
                py = (y + 0.5) / final - 0.5
                value *= 1.0 - vignette * 2.0 * (px * px + py * py)
                if value < 0.0:
                    value = 0.0
                # soft shoulder, then about the 1 / 2.2 power: x^(7/16)
                value = value * (1.0 + 0.12 * value) / (1.0 + 0.30 * value)
                root = math.sqrt(math.sqrt(value))
                eighth = math.sqrt(root)
                value = root * eighth * math.sqrt(eighth)
                # the S-curve of a camera's picture style
                if value < 1.0:
                    value += 0.5 * value * (1.0 - value) * (2.0 * value - 1.0)
                value = 255.0 * value + 0.5
                picture[y, x, channel] = 255 if value > 255.0 else math.floor(value)
