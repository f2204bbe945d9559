"""What tumor leaves of sac, cord and CSF, and where it is in the canal.

Masks of tumor, sac and cord may overlap. Where they do, tumor counts: sac and cord are what it
leaves of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from .profiles import Profile, profile_of
from .sections import Sections

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]

APART_MM = 1e4
"""Of the sections, where distances are wanted within each of them only."""
BESIDE_MM = 2.0
"""Without a canal, sections count in which tumor comes this near to sac or cord."""
STEP_VOXELS = 0.5
"""Tumor that reaches less deep into the canal is the step of a mask."""


class Parts:
    """The masks of the sections, what tumor leaves of them, and where there is tumor.

    Parameters
    ----------
    sections : Sections

    Attributes
    ----------
    sections : Sections
    tumour, in_canal : (k, j, i) bool arrays
        All tumor, and that in the canal; all of it in sections without a canal.
    canal, sac, cord, csf : (k, j, i) bool arrays or None
        Less tumor, but for the canal; None where a structure is missing.
    has_tumour, has_canal, is_beside, may_be_beside : (k,) bool arrays
        Sections with tumor; with a canal; with tumor in the canal; in which some may be, since
        there is no canal to tell.
    depths_mm : (k,)
        How deep tumor reaches into the canal.
    gaps_mm, sac_gaps_mm : (k,)
        Distance of tumor to the cord, to the sac; infinite where either is missing.
    """

    def __init__(self, sections: Sections) -> None:
        self.sections = sections
        self.tumour = sections.masks["tumour"]
        self.canal = sections.masks.get("canal")
        self.sac = self._left_of("sac")
        self.cord = self._left_of("cord")
        self.csf = None if self.sac is None or self.cord is None else self.sac & ~self.cord
        none = np.zeros(len(self.tumour), dtype=bool)
        self.has_tumour = has_any(self.tumour)
        self.has_canal = none if self.canal is None else has_any(self.canal)
        self.in_canal = self.tumour.copy()
        if self.canal is not None:
            self.in_canal[self.has_canal] &= self.canal[self.has_canal]
        self.depths_mm = self._depths_mm()
        self.gaps_mm = self._gaps_mm("cord")
        self.sac_gaps_mm = self._gaps_mm("sac")
        step = STEP_VOXELS * sections.coarsest_mm("tumour", "canal")
        is_near = np.minimum(self.gaps_mm, self.sac_gaps_mm) <= BESIDE_MM
        self.is_beside: Mask = np.where(self.has_canal, self.depths_mm > step, is_near)
        self.may_be_beside: Mask = self.is_beside | (self.has_tumour & ~self.has_canal)

    def _left_of(self, name: str) -> Mask | None:
        mask = self.sections.masks.get(name)
        return None if mask is None else mask & ~self.tumour

    @property
    def sac_signed_mm(self) -> FloatArray:
        """Distance to the outline of what tumor leaves of the sac, (k, j, i), positive inside."""
        signed = self.sections.signed_mm
        return np.minimum(signed["sac"], -signed["tumour"])

    def _depths_mm(self) -> FloatArray:
        depths = np.zeros(len(self.tumour))
        if self.canal is None:
            return depths
        outside = ~self.canal
        for k in map(int, np.flatnonzero(self.has_canal & has_any(self.in_canal))):
            away, nearest = self._away_mm(outside[k])
            # Tumor reaches beyond its pixels, and its canal's edge lies before the next one.
            deep = away + self._beyond_pixel_mm("canal", k)[tuple(nearest)]
            deep = deep + self._beyond_pixel_mm("tumour", k)
            depths[k] = max(float(deep[self.in_canal[k]].max()), 0.0)
        return depths

    def _away_mm(self, mask: Mask) -> tuple[FloatArray, NDArray[np.int64]]:
        """Distance of the pixels of one section to the nearest in a mask, and which that is."""
        away, nearest = ndimage.distance_transform_edt(
            ~mask, sampling=self.sections.pixel_mm, return_indices=True
        )
        return np.asarray(away), np.asarray(nearest)

    def _beyond_pixel_mm(self, name: str, section: int) -> FloatArray:
        """How far an outline lies beyond a pixel's center, up to a pixel; negative: before it."""
        pixel = self.sections.pixel_mm
        signed = self.sections.signed_mm[name][section]
        return np.asarray(np.clip(signed, -pixel, pixel), dtype=np.float64)

    def _gaps_mm(self, name: str) -> FloatArray:
        gaps = np.full(len(self.tumour), np.inf)
        drawn = self.sections.masks.get(name)
        if drawn is None:
            return gaps
        for k in map(int, np.flatnonzero(has_any(self.in_canal) & has_any(drawn))):
            # From pixel to nearest pixel, less what both lie inside of their outlines.
            away, nearest = self._away_mm(self.in_canal[k])
            inside = self._beyond_pixel_mm("tumour", k)
            if self.canal is not None and self.has_canal[k]:
                inside = np.minimum(inside, self._beyond_pixel_mm("canal", k))
            gap = away - inside[tuple(nearest)] - self._beyond_pixel_mm(name, k)
            gaps[k] = max(float(gap[drawn[k]].min()), 0.0)
        return gaps

    def profile(self, name: str) -> Profile | None:
        """Return the averaged sections of "canal", "sac", "cord" or "csf".

        The area is 0 where tumor takes up all of a structure, and where cord fills all of the sac.
        """
        mask: Mask | None = getattr(self, name)
        if mask is None:
            return None
        left = profile_of(mask, self.sections.pixel_mm)
        drawn = [self.sections.masks[n] for n in (("sac", "cord") if name == "csf" else (name,))]
        is_gone = np.all([has_any(d) for d in drawn], axis=0) & ~left.is_there
        area = np.where(is_gone, 0.0, left.area_mm2)
        return Profile(area, left.centre_mm, left.spread_mm2).averaged()

    def contact_mm(self) -> FloatArray | None:
        """Return the length of the sac's outline within a voxel of tumor in every section, (k,).

        From the gradient of the smoothed mask, which adds up to the surface's area: tilted
        surfaces count with all of it.
        """
        if self.sac is None:
            return None
        lengths = np.zeros(len(self.sac))
        at = np.flatnonzero(self.is_beside)
        if not len(at):
            return lengths
        rows = slice(max(at[0] - 2, 0), at[-1] + 3)
        pixel, step = self.sections.pixel_mm, self.sections.step_mm
        smooth = ndimage.gaussian_filter(self.sac[rows].astype(np.float32), 1.0)
        slope = np.sqrt(sum(g**2 for g in np.gradient(smooth, step, pixel, pixel)))
        away = distances_mm(~self.in_canal[rows], pixel) - pixel
        near = away <= self.sections.coarsest_mm("tumour", "sac")
        near &= has_any(self.in_canal[rows])[:, np.newaxis, np.newaxis]
        lengths[rows] = np.where(near, slope, 0.0).sum(axis=(1, 2)) * pixel**2
        return lengths


def has_any(mask: Mask) -> Mask:
    """Say which sections of a mask (k, j, i) hold anything, (k,)."""
    return np.asarray(mask.any(axis=(1, 2)))


def distances_mm(mask: Mask, pixel_mm: float) -> FloatArray:
    """Distance of every pixel inside to the nearest outside in its section."""
    sampling = (APART_MM, pixel_mm, pixel_mm)
    return np.asarray(ndimage.distance_transform_edt(mask, sampling=sampling), dtype=np.float64)
