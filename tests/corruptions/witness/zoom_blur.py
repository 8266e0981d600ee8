"""Witness of zoom blur."""

from math import floor

import numpy as np
from enlarging import enlarged

PERCENTAGES = [range(100, 112), range(100, 116), range(100, 121, 2), range(100, 125, 2), range(100, 131, 3)]


def zoom_blur(image, severity, stream):
    """Take the mean of the picture and all its enlargements."""
    percentages = PERCENTAGES[severity - 1]
    channels = []
    for c in range(3):
        channel = image[:, :, c].tolist()
        layers = [channel] + [enlarged(channel, percent) for percent in percentages]
        channels.append(
            [
                [floor(sum(v) / len(layers)) for v in zip(*rows, strict=True)]
                for rows in zip(*layers, strict=True)
            ]
        )
    return np.array(channels, np.uint8).transpose(1, 2, 0)
