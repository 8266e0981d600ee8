"""Outlines of drops in a grey layer, and how far each pixel lies from them, in integers.

The edge detector is Canny's with a 3 x 3 Sobel operator and the sum of absolute gradients, the distance a
chamfer distance over a 5 x 5 neighbourhood (G. Borgefors, 1986), both as OpenCV computes them.
"""

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.compiled import kernel

Layer = npt.NDArray[np.int32]

WEAK, STRONG = 50, 150  # thresholds of the gradient
TANGENT = 13573  # tan 22.5 degrees in units of 2**-15
FAR = 2**30
# Steps of the chamfer distance, units of 2**-16: straight, diagonal, knight's move (1, 1.4, 2.1969).
STRAIGHT, DIAGONAL, KNIGHT = 65536, 91750, 143976


@kernel
def gradients(layer: Layer, across: Layer, down: Layer, size: Layer) -> None:
    """Fill Sobel gradients and their size; edges repeat the outermost pixel.

    Args:
        layer: shape (H, W), values 0-255.
        across: shape (H, W); overwritten: positive where values rise to the right.
        down: shape (H, W); overwritten: positive where values rise downward.
        size: shape (H + 2, W + 2) with a frame of zeros; its inside is overwritten: |across| + |down|.
    """
    height, width = layer.shape
    for y in range(height):
        above, below = max(y - 1, 0), min(y + 1, height - 1)
        for x in range(width):
            left, right = max(x - 1, 0), min(x + 1, width - 1)
            dx = layer[above, right] - layer[above, left] + layer[below, right] - layer[below, left]
            dx += 2 * (layer[y, right] - layer[y, left])
            dy = layer[below, left] - layer[above, left] + layer[below, right] - layer[above, right]
            dy += 2 * (layer[below, x] - layer[above, x])
            across[y, x], down[y, x] = dx, dy
            size[y + 1, x + 1] = abs(dx) + abs(dy)


@kernel
def ridges(across: Layer, down: Layer, size: Layer, marks: Layer, stack: Layer) -> None:
    """Mark outlines: ridges of the gradient above STRONG, and those above WEAK that touch them.

    Args:
        across: from `gradients`, shape (H, W).
        down: from `gradients`.
        size: from `gradients`, shape (H + 2, W + 2).
        marks: shape (H + 2, W + 2), zeros; overwritten: 2 on outlines, 1 on weak ridges that touch none.
        stack: room for H * W places.
    """
    height, width = across.shape
    stride = width + 2
    depth = 0
    for y in range(1, height + 1):
        for x in range(1, width + 1):
            here = size[y, x]
            if here > WEAK:
                dx, dy = int(across[y - 1, x - 1]), int(down[y - 1, x - 1])
                flat, steep = abs(dx) * TANGENT, abs(dy) << 15
                if steep < flat:
                    ridge = here > size[y, x - 1] and here >= size[y, x + 1]
                elif steep > flat + (abs(dx) << 16):
                    ridge = here > size[y - 1, x] and here >= size[y + 1, x]
                else:
                    side = -1 if (dx < 0) != (dy < 0) else 1
                    ridge = here > size[y - 1, x - side] and here > size[y + 1, x + side]
                if ridge and here > STRONG:
                    marks[y, x] = 2
                    stack[depth] = y * stride + x
                    depth += 1
                elif ridge:
                    marks[y, x] = 1
    while depth > 0:
        depth -= 1
        y, x = stack[depth] // stride, stack[depth] % stride
        for row in range(y - 1, y + 2):
            for column in range(x - 1, x + 2):
                if marks[row, column] == 1:
                    marks[row, column] = 2
                    stack[depth] = row * stride + column
                    depth += 1


@kernel
def chamfer(marks: Layer, distance: Layer) -> None:
    """Fill the distance of each pixel to the nearest outline, units of 2**-16 pixel.

    Args:
        marks: from `ridges`, shape (H + 2, W + 2).
        distance: shape (H + 4, W + 4) filled with FAR; its inside is overwritten.
    """
    height, width = marks.shape[0] - 2, marks.shape[1] - 2
    for y in range(2, height + 2):
        for x in range(2, width + 2):
            if marks[y - 1, x - 1] == 2:
                distance[y, x] = 0
            else:
                straight = min(distance[y - 1, x], distance[y, x - 1]) + STRAIGHT
                diagonal = min(distance[y - 1, x - 1], distance[y - 1, x + 1]) + DIAGONAL
                high = min(distance[y - 2, x - 1], distance[y - 2, x + 1])
                wide = min(distance[y - 1, x - 2], distance[y - 1, x + 2])
                distance[y, x] = min(straight, diagonal, min(high, wide) + KNIGHT, FAR)
    for y in range(height + 1, 1, -1):
        for x in range(width + 1, 1, -1):
            straight = min(distance[y + 1, x], distance[y, x + 1]) + STRAIGHT
            diagonal = min(distance[y + 1, x - 1], distance[y + 1, x + 1]) + DIAGONAL
            high = min(distance[y + 2, x - 1], distance[y + 2, x + 1])
            wide = min(distance[y + 1, x - 2], distance[y + 1, x + 2])
            distance[y, x] = min(distance[y, x], min(straight, diagonal, min(high, wide) + KNIGHT))


def outline_distances(layer: Layer) -> Layer:
    """Return the distance of each pixel from the outlines in `layer`, units of 2**-16 pixel, at most FAR.

    Args:
        layer: int32, shape (H, W), values 0-255.
    """
    height, width = layer.shape
    across, down = np.empty_like(layer), np.empty_like(layer)
    size, marks = np.zeros((height + 2, width + 2), np.int32), np.zeros((height + 2, width + 2), np.int32)
    distance = np.full((height + 4, width + 4), FAR, np.int32)
    gradients(layer, across, down, size)
    ridges(across, down, size, marks, np.empty(height * width, np.int32))
    chamfer(marks, distance)
    return np.ascontiguousarray(distance[2:-2, 2:-2])
