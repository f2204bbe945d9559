"""Colours that pictures and scene share; without matplotlib, which 3D Slicer does not bundle."""

from __future__ import annotations

SECTOR_COLOURS = {
    "body": "#6ea6d8",
    "left_pedicle": "#157f5c",
    "right_pedicle": "#8fdcbd",
    "left_lamina": "#7a4bae",
    "right_lamina": "#cbb2e6",
    "spinous_process": "#b9722d",
}
"""One a sector; the sides of a pair differ in lightness, dark on the patient's left."""

TARGET, CORD, CORD_VOLUME = "target", "cord", "cord_volume"
ON_PAPER = {TARGET: "#c62828", CORD: "#a67c00", CORD_VOLUME: "#0277a8"}
"""The hues of the contours, dark enough for white paper."""
LIMIT_ON_PAPER = "#8e2a86"
