"""Colours and windows of a scene; as in the report's pictures, without matplotlib."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..case import Structure

CT_WINDOW_HU, CT_LEVEL_HU = 400.0, 40.0
WASH_FROM = 0.20
"""Share of the prescription below which the dose is transparent."""
WASH_TO = 1.20
"""Share of the prescription at the upper end of the dose colours."""
WASH_OPACITY = 0.35
DOSE_COLOURS = 256
LIMIT_RGB = (142, 46, 134)

_ROLE_RGB = {
    "target": (255, 59, 48),
    "ctv": (255, 120, 100),
    "ptv": (255, 150, 120),
    "gtv": (176, 60, 200),
    "cord": (255, 214, 10),
    "cord_volume": (53, 224, 255),
    "prv": (255, 240, 150),
}
_ROLE_RGB_ON_WHITE = {"target": (198, 40, 40), "cord": (166, 124, 0), "cord_volume": (2, 119, 168)}
_OTHERS_RGB = (
    (127, 150, 220), (120, 180, 90), (214, 140, 80), (90, 180, 185), (180, 180, 180),
    (215, 120, 200),
)  # fmt: skip
# The map cividis (Nuñez, Anderton, Renslow 2018, PLoS ONE 13(7): e0199239) at even distances:
# lightness rises evenly, and readers with and without colour vision see the same order.
_CIVIDIS_RGB = (
    (0, 34, 78), (0, 46, 106), (26, 56, 111), (50, 67, 109), (67, 78, 108), (83, 90, 109),
    (97, 101, 111), (111, 112, 115), (125, 124, 120), (140, 136, 120), (155, 148, 118),
    (171, 160, 114), (188, 174, 108), (205, 187, 99), (222, 201, 88), (240, 216, 70),
    (254, 232, 56),
)  # fmt: skip


def structure_rgb(structure: Structure, role: str, number: int = 0) -> tuple[float, float, float]:
    """Colour 0..1 of a structure: by role, else the ROI's own, else by `number`."""
    rgb = _ROLE_RGB.get(role) or structure.color or _OTHERS_RGB[number % len(_OTHERS_RGB)]
    return rgb[0] / 255, rgb[1] / 255, rgb[2] / 255


def curve_rgb(structure: Structure, role: str, number: int = 0) -> tuple[float, float, float]:
    """Colour 0..1 of a structure's line on a white plot."""
    if role in _ROLE_RGB_ON_WHITE:
        red, green, blue = _ROLE_RGB_ON_WHITE[role]
        return red / 255, green / 255, blue / 255
    return structure_rgb(structure, role, number)


def dose_rgb(count: int = DOSE_COLOURS) -> NDArray[np.float64]:
    """Colours 0..1 from no dose to the upper end, shape (count, 3)."""
    anchors = np.array(_CIVIDIS_RGB) / 255.0
    at, known = np.linspace(0, 1, count), np.linspace(0, 1, len(anchors))
    return np.column_stack([np.interp(at, known, anchors[:, channel]) for channel in range(3)])
