"""Witness of defocus blur."""

import numpy as np

RADIUS = [3, 4, 6, 8, 10]
SMOOTHING = [(65536,), (51576, 6980), (51576, 6980), (51576, 6980), (51550, 6976, 17)]


def smooth_columns(kernel, weights):
    """Return `kernel` smoothed along its columns, its border mirrored."""
    last = len(kernel) - 1
    smoothed = np.zeros_like(kernel)
    for row in range(last + 1):
        for distance, weight in enumerate(weights):
            for place in {row - distance, row + distance}:
                mirrored = last - abs(last - abs(place))
                smoothed[row] += weight * kernel[mirrored]
    return smoothed


def defocus_blur(image, severity, stream):
    """Lay the smoothed disk over each pixel."""
    radius = RADIUS[severity - 1]
    reach = 10 if radius == 10 else 8
    disk = np.array(
        [
            [int(x * x + y * y <= radius * radius) for x in range(-reach, reach + 1)]
            for y in range(-reach, reach + 1)
        ]
    )
    kernel = smooth_columns(smooth_columns(disk, SMOOTHING[severity - 1]).T, SMOOTHING[severity - 1])
    height, width = image.shape[:2]
    total = np.zeros(image.shape, np.int64)
    for down in range(-reach, reach + 1):
        rows = [height - 1 - abs(height - 1 - abs(y + down)) for y in range(height)]
        for right in range(-reach, reach + 1):
            columns = [width - 1 - abs(width - 1 - abs(x + right)) for x in range(width)]
            total += kernel[down + reach, right + reach] * image[rows][:, columns].astype(np.int64)
    return np.minimum(total // (int(disk.sum()) * 2**32), 255).astype(np.uint8)
