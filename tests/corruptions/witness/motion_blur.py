"""Witness of motion blur."""

import numpy as np
from trail import direction, trail

PARAMETERS = [(10, 3), (15, 5), (15, 8), (15, 12), (20, 15)]


def motion_blur(image, severity, stream):
    """Blur each channel along the trail."""
    cosine, sine = direction(int(stream.words(0, 1)[0]))
    channels = [trail(image[:, :, c].tolist(), *PARAMETERS[severity - 1], cosine, sine) for c in range(3)]
    return np.stack([np.array(channel) for channel in channels], axis=2).astype(np.uint8)
