"""The body around the spine: skin, fat, muscles, ribs and organs as plain solids, by region.

Sizes are of an average adult, inferred, not measured.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .column import sizes_of
from .curve import SpineCurve
from .lattice import FloatArray, Lattice, Volume, Window
from .levels import LEVELS
from .solids import occupancy, oval

_C, _T, _L = LEVELS.index("C1") - 1, LEVELS.index("T1") - 1, LEVELS.index("L1") - 1

AIR_HU, FAT_HU, MUSCLE_HU = -1000.0, -100.0, 52.0


@dataclass(frozen=True)
class Organ:
    """A soft organ: an oval column from one level to another, beside the vertebral bodies.

    `x_mm` is to the right of the spine's axis, `y_mm` anterior of the bodies' front surface.
    `name` is its TG-263 name, "" if it is not drawn as a structure.
    """

    name: str
    x_mm: float
    y_mm: float
    half_width_mm: float
    half_depth_mm: float
    top: float
    bottom: float
    hu: float
    power: float = 2.0


@dataclass(frozen=True)
class Region:
    """Cross-section of the body at a stretch of the spine.

    The skin is an oval that reaches `behind_mm` behind the spine's axis; below it lie fat, a
    wall of muscle (with ribs in the chest), and the filling between the organs.
    """

    half_width_mm: float
    half_depth_mm: float
    behind_mm: float
    fat_mm: float
    wall_mm: float
    filling_hu: float
    organs: tuple[Organ, ...]
    ribs: bool


def _pair(x_mm: float, *rest: float) -> tuple[Organ, Organ]:
    """Two muscles or vessels that are not drawn, right and left."""
    return Organ("", x_mm, *rest), Organ("", -x_mm, *rest)


_NECK = Region(66, 68, 62, 6, 4, MUSCLE_HU - 30, (
    Organ("Esophagus", -3, 9, 7, 4, _C, _T + 9, 35),
    Organ("Trachea", 0, 22, 8.5, 9, _C + 4.5, _T + 5, -960),
    Organ("", 0, 20, 14, 8, _C, _C + 4.5, -700),
    *_pair(26, 8, 4.5, 4.5, _C, _T, 150),
    *_pair(33, 11, 7, 5, _C, _T, 120),
    Organ("", 0, -38, 46, 17, _C, _T + 1, MUSCLE_HU, 2.6),
    *_pair(38, 12, 13, 9, _C, _T, MUSCLE_HU),
), False)  # fmt: skip
_CHEST = Region(158, 106, 88, 11, 17, FAT_HU + 10, (
    Organ("Lung_R", 78, 26, 55, 74, _T + 0.5, _T + 11.5, -840, 2.5),
    Organ("Lung_L", -78, 26, 55, 74, _T + 0.5, _T + 11.5, -845, 2.5),
    Organ("Heart", -18, 62, 58, 42, _T + 5.0, _T + 10.5, 45, 2.3),
    Organ("Esophagus", -4, 15, 8, 5, _C, _T + 11, 35),
    Organ("Trachea", 2, 30, 9, 8, _C + 4.5, _T + 5, -960),
    Organ("A_Aorta", -21, 3, 12, 12, _T + 4.5, _L + 4, 165),
    Organ("V_Azygos", 9, 4, 4, 4, _T + 4, _L, 110),
    *_pair(38, -45, 24, 17, _T - 2, _L + 6, MUSCLE_HU, 2.4),
    *_pair(13, -58, 9, 14, _T - 2, _L + 6, MUSCLE_HU),
    *_pair(62, -64, 38, 7, _T - 2, _T + 9, MUSCLE_HU),
), True)  # fmt: skip
_BELLY = Region(162, 112, 96, 18, 20, FAT_HU + 5, (
    Organ("Liver", 86, 55, 62, 68, _T + 9.5, _L + 2.3, 95, 2.3),
    Organ("Spleen", -112, 10, 27, 44, _T + 10.0, _L + 1.0, 95),
    Organ("Bowel", -62, 70, 58, 44, _L + 0.6, _L + 7, 30, 2.3),
    Organ("Bowel", 70, 76, 58, 40, _L + 2.8, _L + 7, 30, 2.3),
    Organ("Stomach", -52, 70, 50, 42, _T + 10.0, _L + 0.7, 25),
    Organ("Kidney_R", 62, -8, 27, 24, _T + 11.9, _L + 3.3, 150),
    Organ("Kidney_L", -62, -6, 27, 24, _T + 11.6, _L + 3.0, 150),
    Organ("A_Aorta", -9, 11, 10, 10, _T + 4.5, _L + 4.6, 170),
    Organ("V_Venacava_I", 17, 12, 11, 8, _T + 9, _L + 5, 130),
    *_pair(37, -20, 15, 17, _L + 0.2, _L + 7, MUSCLE_HU),
    *_pair(62, -45, 20, 12, _L + 0.6, _L + 7, MUSCLE_HU),
    *_pair(38, -68, 30, 19, _T - 2, _L + 7, MUSCLE_HU, 2.4),
    *_pair(13, -78, 9, 14, _T - 2, _L + 7, MUSCLE_HU),
), False)  # fmt: skip


def region_of(level: int) -> Region:
    """Neck down to C7, chest down to T10, belly below."""
    if level <= _C + 7:
        return _NECK
    return _CHEST if level <= _T + 10 else _BELLY


@dataclass(frozen=True, eq=False)
class Torso:
    """The body's cross-sections about one stretch of a spine.

    Parameters
    ----------
    region : Region
    curve : SpineCurve
    front_mm : float
        From the axis to the front of the target's vertebral body.
    """

    region: Region
    curve: SpineCurve
    front_mm: float

    @staticmethod
    def at(level: int, curve: SpineCurve) -> Torso:
        """Torso around a target vertebra (index into `LEVELS`)."""
        return Torso(region_of(level), curve, 0.5 * sizes_of(level).body_depth_mm)

    @property
    def centre(self) -> FloatArray:
        """Centre of the skin's cross-section (x, y), RAS mm."""
        return np.array([0.0, self.region.half_depth_mm - self.region.behind_mm])

    @property
    def couch_mm(self) -> float:
        """Anterior coordinate of the couch's surface."""
        return -self.region.behind_mm - 1.0

    def skin(self, lattice: Lattice, inset_mm: float = 0.0) -> Volume:
        """Skin, or the surface `inset_mm` below it: an oval cylinder, shape (1, j, i)."""
        x, y, _ = lattice.mesh()
        x, y = x - np.float32(self.centre[0]), y - np.float32(self.centre[1])
        region = self.region
        return oval(x, y, region.half_width_mm - inset_mm, region.half_depth_mm - inset_mm, 2.4)

    def organ(self, lattice: Lattice, organ: Organ) -> tuple[Window, Volume] | None:
        """An organ's solid on a window of the lattice; None where the image does not reach it.

        It follows the spine's axis sideways and forward, and stays within the wall of the trunk.
        """
        top = self.curve.height_of_level(organ.top)
        bottom = self.curve.height_of_level(organ.bottom)
        ends = lattice.axis(2)
        if bottom > ends[-1] or top < ends[0]:
            return None
        near = np.interp(ends, self.curve.centre[:, 2], self.curve.centre[:, 0])
        fore = np.interp(ends, self.curve.centre[:, 2], self.curve.centre[:, 1])
        x_mm, y_mm = organ.x_mm, self.front_mm + organ.y_mm
        low = [near.min() + x_mm - organ.half_width_mm, fore.min() + y_mm - organ.half_depth_mm]
        high = [near.max() + x_mm + organ.half_width_mm, fore.max() + y_mm + organ.half_depth_mm]
        window = lattice.window(
            np.array([low[0] - 4, low[1] - 4, bottom]), np.array([high[0] + 4, high[1] + 4, top])
        )
        part = lattice.part(window)
        x, y, z = part.mesh()
        height = (z - np.float32(0.5 * (top + bottom))) / np.float32(0.5 * (top - bottom))
        shrink = np.sqrt(np.maximum(1 - np.abs(height) ** 5, np.float32(0.01)))
        axis = window[0]
        solid = oval(
            x - (near[axis].astype(np.float32) + np.float32(x_mm))[:, None, None],
            y - (fore[axis].astype(np.float32) + np.float32(y_mm))[:, None, None],
            np.float32(organ.half_width_mm) * shrink,
            np.float32(organ.half_depth_mm) * shrink,
            organ.power,
        )
        wall = 0.0 if organ.hu == MUSCLE_HU else self.region.wall_mm
        return window, np.maximum(solid, self.skin(part, self.region.fat_mm + wall))


def paint(hu: Volume, solid: Volume, value: float | Volume, pitch_mm: float) -> None:
    """Mix a value into HU (in place) by the share of each voxel that the solid fills."""
    share = occupancy(solid, pitch_mm)
    hu += share * (value - hu)
