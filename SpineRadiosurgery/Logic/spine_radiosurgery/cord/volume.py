"""The cord volume: the cord from 6 mm above to 6 mm below the target (Ryu et al. 2015, Fig. 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..geometry import (
    ContourStack,
    HalfSpace,
    InputError,
    Structure,
    report_progress,
    sections_along,
)
from .centreline import Centreline, centreline_of
from .sites import Site, find_sites

MARGIN_MM = 6.0
"""Ryu et al. 2015, section "Delineation of the spinal cord": 6 mm above and below the target."""
CORD_VOLUME = "SpinalCord_Partial"
"""Name of the cord volume in every output and protocol; `_1`, `_2` follow it for separate sites."""
MODES = ("axial", "centreline")
TILT_LIMIT_DEG = 15.0
"""A larger tilt of the cord against the superior axis is reported."""
REACH_TOLERANCE_MM = 0.01
"""A cord that ends this close to the margin's end counts as reaching it."""


@dataclass(frozen=True, eq=False)
class CordVolume:
    """The denominator of the partial-volume tolerance.

    Attributes
    ----------
    structure : Structure
        The part of the cord, named `SpinalCord_Partial` (`_1`, `_2` from head to foot for sites).
    target_name : str
        The structure(s) that the extent was taken from.
    volume_cc : float
    lower_mm, upper_mm : float
        Superior positions between which cord was really found.
    target_lower_mm, target_upper_mm : float
        The target's extent.
    superior_mm, inferior_mm : float
        How far the cord volume really reaches above and below the target.
    length_mm : float
        Length really reached, along the superior axis or along the centreline.
    truncated : bool
        The cord ends before the margin is reached.
    missing_superior_mm, missing_inferior_mm, missing_cc : float
        What is missing for that reason; the volume assumes the end section's area.
    margin_mm : float
    mode : str
        "axial" or "centreline".
    tilt_deg : float
        Tilt of the cord volume's chord against the superior axis; nan if not measurable.
    shortfalls : tuple of str
        Where the cord ends before the margin is reached, in words.
    warnings : tuple of str
        All that a reader must know, the shortfalls first.
    """

    structure: Structure
    target_name: str
    volume_cc: float
    lower_mm: float
    upper_mm: float
    target_lower_mm: float
    target_upper_mm: float
    superior_mm: float
    inferior_mm: float
    length_mm: float
    truncated: bool
    missing_superior_mm: float
    missing_inferior_mm: float
    missing_cc: float
    margin_mm: float
    mode: str
    tilt_deg: float
    shortfalls: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def cord_volume(
    cord: Structure, target: Structure, *, margin_mm: float = MARGIN_MM, mode: str = "axial"
) -> CordVolume:
    """Cut the cord volume of a target that has one site.

    Parameters
    ----------
    cord, target : Structure
    margin_mm : float
        Above and below the target's extent, mm.
    mode : str
        "axial": horizontal planes `margin_mm` above and below the extent. "centreline":
        `margin_mm` of arc length along the cord's centreline, cut normal to it.

    Raises
    ------
    InputError
        The target has separate sites (use `cord_volumes`), is empty, or the cord does not reach it.
    """
    volumes = cord_volumes(cord, target, margin_mm=margin_mm, mode=mode)
    if len(volumes) > 1:
        places = ", ".join(
            f"S {v.target_lower_mm:.1f} to {v.target_upper_mm:.1f} mm" for v in volumes
        )
        raise InputError(
            f"Target {target.name} has {len(volumes)} separate sites ({places}), farther apart "
            f"than twice the margin of {margin_mm:g} mm; each has its own cord volume, "
            "use cord_volumes."
        )
    return volumes[0]


def cord_volumes(
    cord: Structure,
    target: Structure | Sequence[Structure],
    *,
    margin_mm: float = MARGIN_MM,
    mode: str = "axial",
) -> tuple[CordVolume, ...]:
    """Cut the cord volume of every site of one or several targets, from head to foot.

    Parameters and errors as in `cord_volume`.
    """
    check_cut(margin_mm, mode)
    targets = [target] if isinstance(target, Structure) else list(target)
    report_progress("Cutting the cord volume", 0.0)
    sites, notes = find_sites(targets, margin_mm)
    report_progress(fraction=0.2)
    cutter = _Cutter(cord, margin_mm, mode, _centreline(cord, mode), notes)
    names = (
        [CORD_VOLUME]
        if len(sites) == 1
        else [f"{CORD_VOLUME}_{n}" for n in range(1, len(sites) + 1)]
    )
    return tuple(cutter.cut(site, name) for site, name in zip(sites, names, strict=True))


def check_cut(margin_mm: float, mode: str) -> None:
    """Refuse a margin or a mode with which no cord volume can be cut.

    Raises
    ------
    InputError
    """
    if mode not in MODES:
        raise InputError(f"Cord volume mode {mode!r} is not known; choose axial or centreline.")
    if not np.isfinite(margin_mm) or margin_mm < 0:
        raise InputError(f"The cord margin of {margin_mm:g} mm must be 0 mm or more.")


def _centreline(cord: Structure, mode: str) -> Centreline | None:
    try:
        return centreline_of(cord)
    except InputError:
        if mode == "centreline":
            raise
        return None


@dataclass(frozen=True, eq=False)
class _Piece:
    """A part of the cord, the superior positions it spans and how far it passes the target."""

    structure: Structure
    lower_mm: float
    upper_mm: float
    superior_mm: float
    inferior_mm: float
    length_mm: float


@dataclass(frozen=True, eq=False)
class _Cutter:
    """Cuts one cord for several sites."""

    cord: Structure
    margin_mm: float
    mode: str
    line: Centreline | None
    notes: tuple[str, ...]

    def cut(self, site: Site, name: str) -> CordVolume:
        """Cut the cord volume of one site."""
        low, high = self.cord.extent_mm()
        target_name = " + ".join(site.names)
        if low >= site.upper_mm + self.margin_mm or high <= site.lower_mm - self.margin_mm:
            raise InputError(
                f"Cord {self.cord.name} (S {low:.1f} to {high:.1f} mm) does not reach the target "
                f"{target_name} (S {site.lower_mm:.1f} to {site.upper_mm:.1f} mm) with its margin "
                f"of {self.margin_mm:g} mm; contour the cord there."
            )
        report_progress()
        if self.mode == "centreline" and self.line is not None:
            piece = self._along(site, self.line)
        else:
            piece = self._axial(site)
        report_progress(fraction=0.4)
        volume_cc = piece.structure.volume_cc
        report_progress(fraction=0.9)
        if not volume_cc > 0:
            raise InputError(
                f"Cord {self.cord.name} has no volume between S {piece.lower_mm:.1f} and "
                f"{piece.upper_mm:.1f} mm, beside the target {target_name}; contour the cord there."
            )
        missing = [
            self.margin_mm - reached if self.margin_mm - reached > REACH_TOLERANCE_MM else 0.0
            for reached in (piece.superior_mm, piece.inferior_mm)
        ]
        tilt = float("nan")
        if self.line is not None:
            tilt = self.line.tilt_deg(piece.lower_mm, piece.upper_mm)
        shortfalls = self._shortfalls(missing)
        return CordVolume(
            structure=piece.structure.renamed(name),
            target_name=target_name,
            volume_cc=volume_cc,
            lower_mm=piece.lower_mm,
            upper_mm=piece.upper_mm,
            target_lower_mm=site.lower_mm,
            target_upper_mm=site.upper_mm,
            superior_mm=piece.superior_mm,
            inferior_mm=piece.inferior_mm,
            length_mm=piece.length_mm,
            truncated=any(missing),
            missing_superior_mm=missing[0],
            missing_inferior_mm=missing[1],
            missing_cc=_missing_cc(self.cord, missing),
            margin_mm=self.margin_mm,
            mode=self.mode,
            tilt_deg=tilt,
            shortfalls=shortfalls,
            warnings=(*shortfalls, *self._warnings(piece, tilt)),
        )

    def _axial(self, site: Site) -> _Piece:
        """Cut with horizontal planes."""
        low, high = self.cord.extent_mm()
        lower = max(low, site.lower_mm - self.margin_mm)
        upper = min(high, site.upper_mm + self.margin_mm)
        part = self.cord.between(lower, upper)
        return _Piece(
            part, lower, upper, upper - site.upper_mm, site.lower_mm - lower, upper - lower
        )

    def _along(self, site: Site, line: Centreline) -> _Piece:
        """Cut normal to the centreline, the margin's arc length beyond the target's heights."""
        target_low, target_high = line.at_height(site.lower_mm), line.at_height(site.upper_mm)
        low, high = self.cord.extent_mm()
        first = max(line.at_height(low), target_low - self.margin_mm)
        last = min(line.at_height(high), target_high + self.margin_mm)
        faces = []
        for arc, sign in ((target_low - self.margin_mm, -1), (target_high + self.margin_mm, 1)):
            normal = sign * line.tangent(arc)
            faces.append(HalfSpace(normal, float(line.point(arc) @ normal)))
        bottom, top = (float(line.point(arc)[2]) for arc in (first, last))
        part = self.cord.clipped(*faces)
        return _Piece(part, bottom, top, last - target_high, target_low - first, last - first)

    def _shortfalls(self, missing_mm: Sequence[float]) -> tuple[str, ...]:
        missing_cc = _missing_cc(self.cord, missing_mm)
        total_mm = sum(missing_mm)
        return tuple(
            f"{self.cord.name} ends {amount:.1f} mm before the {self.margin_mm:g} mm margin {side} "
            f"the target is reached; about {missing_cc * amount / total_mm:.2f} cc are missing."
            for amount, side in zip(missing_mm, ("above", "below"), strict=True)
            if amount
        )

    def _warnings(self, piece: _Piece, tilt_deg: float) -> tuple[str, ...]:
        warnings = [*self.notes]
        warnings += [
            f"{self.cord.name}: contours are missing between S {low:.1f} and {high:.1f} mm, "
            "inside the cord volume."
            for low, high in _gaps_inside(self.cord, (piece.lower_mm, piece.upper_mm))
        ]
        if tilt_deg > TILT_LIMIT_DEG:
            cut = "horizontal planes cut it obliquely"
            if self.mode == "centreline":
                cut = "it was cut normal to its centerline"
            warnings.append(
                f"{self.cord.name} is tilted by {tilt_deg:.0f} degrees against the superior axis; "
                f"{cut}, compare both modes."
            )
        return tuple(warnings)


def _gaps_inside(cord: Structure, bounds: tuple[float, float]) -> list[tuple[float, float]]:
    """Stretches between two heights where an axial cord has no contour or no voxel."""
    if isinstance(cord.shape, ContourStack):
        sign = float(np.sign(cord.shape.axes[2, 2]))
        gaps = [sorted((gap.lower_mm * sign, gap.upper_mm * sign)) for gap in cord.gaps]
    else:
        places = sections_along(cord).position_mm
        steps = np.diff(places)
        half = 0.5 * float(np.median(steps)) if len(steps) else 0.0
        gaps = [
            [float(places[n]) + half, float(places[n + 1]) - half]
            for n in np.flatnonzero(steps > 3 * half)
        ]
    cut = [(max(low, bounds[0]), min(high, bounds[1])) for low, high in gaps]
    return [(low, high) for low, high in cut if high > low]


def _missing_cc(cord: Structure, missing_mm: Sequence[float]) -> float:
    """Volume that the missing lengths would have with the area of the cord's end sections."""
    if not any(missing_mm):
        return 0.0
    area = sections_along(cord).area_mm2
    return float(missing_mm[0] * area[-1] + missing_mm[1] * area[0]) / 1000.0
