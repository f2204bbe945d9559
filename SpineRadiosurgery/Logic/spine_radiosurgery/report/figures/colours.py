"""Colours of pictures and plots: told apart without colour vision, in grey by line style."""

from __future__ import annotations

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import Colormap

from ..palette import CORD, CORD_VOLUME, LIMIT_ON_PAPER, ON_PAPER, TARGET

__all__ = [
    "CORD", "CORD_VOLUME", "FAINT_INK", "INK", "LIMIT_ON_IMAGE", "LIMIT_ON_PAPER", "ON_IMAGE",
    "ON_PAPER", "ORGANS", "ORGAN_STYLES", "OTHER_ORGAN", "TARGET", "WASH_FROM", "WASH_FULL",
    "WASH_OPACITY", "dose_colours", "wash_opacity",
]  # fmt: skip

ON_IMAGE = {TARGET: "#ff3b30", CORD: "#ffd60a", CORD_VOLUME: "#35e0ff"}
"""Bright contours for the dark image."""
LIMIT_ON_IMAGE = "#ff8cf5"
ORGANS = ("#5b4b8a", "#4d7d2e", "#9c5a1e", "#2f6f73", "#7a7a7a", "#b0559b")
"""Organs that are named in the DVH; `ORGAN_STYLES` tells them apart without colour."""
ORGAN_STYLES = ("--", "-.", ":", (0, (6, 2)), (0, (3, 1, 1, 1, 1, 1)), (0, (1, 1)))
OTHER_ORGAN = "#c4c8cc"
INK, FAINT_INK = "#1b2429", "#6b7780"

WASH_FROM, WASH_FULL = 0.20, 0.35
"""Shares of the prescription where the dose wash begins to show and where it is full."""
WASH_OPACITY = 0.45


def dose_colours() -> Colormap:
    """Return the dose map: perceptually even, dark blue to yellow, safe for colour-blind eyes."""
    return colormaps["cividis"]


def wash_opacity(share: np.ndarray) -> np.ndarray:
    """Opacity of the dose wash for doses in shares of the prescription; nan is transparent."""
    ramp = np.clip((np.nan_to_num(share) - WASH_FROM) / (WASH_FULL - WASH_FROM), 0.0, 1.0)
    return np.asarray(WASH_OPACITY * ramp)
