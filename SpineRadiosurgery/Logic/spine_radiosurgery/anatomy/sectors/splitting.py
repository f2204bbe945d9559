"""A vertebra split into its six sectors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...geometry import InputError, OccupancyMask, Structure, report_progress
from ..frame.bone import Bone, Voxels, bone_of, parts_of, voxels_of
from ..frame.canal import foramen_of, without_outline
from ..frame.finding import FoundFrame, VertebraFrame, find_frame
from ..levels.names import levels_in_name
from .borders import borders_of
from .plausibility import (
    MAIN_SHARE,
    check_parts,
    check_sides,
    check_single,
    check_size,
    check_split,
    refuse_unsupported,
)
from .quality import quality_of

FloatArray = NDArray[np.float64]

SECTORS = (
    "body",
    "left_pedicle",
    "right_pedicle",
    "left_lamina",
    "right_lamina",
    "spinous_process",
)
"""From front to back; laminae with transverse and articular processes."""
POSTERIOR = ("left_lamina", "right_lamina", "spinous_process")
_OTHER_SIDE = (0, 2, 1, 4, 3, 5)
# In a voxel that borders share, one sector always holds the half that makes it the owner.
_OWNER = 0.5 + 1e-6


@dataclass(frozen=True, eq=False)
class VertebraSectors:
    """Six sectors of one vertebra, all on the vertebra's own voxels.

    Attributes
    ----------
    vertebra : Structure
        What was split, as a mask.
    frame : VertebraFrame
    body, left_pedicle, right_pedicle, left_lamina, right_lamina, spinous_process : Structure
        Left and right are the patient's. In every voxel the six add up to the vertebra; a voxel
        that a border cuts is shared, and one of them holds at least half of it. A sector that the
        vertebra lacks has no voxel and no volume.
    quality : mapping
        "frame_residual_mm" (distance of the posterior wall from a plane), "symmetry" (share of the
        bone that lies on bone again when mirrored), "canal" ("given", "cord", "found" or
        "inferred"), "shares" (percent of the volume by sector with the usual range), "volume_cc".
    warnings : tuple of str
        Why a person must look.
    level : str or None
    """

    vertebra: Structure
    frame: VertebraFrame
    body: Structure
    left_pedicle: Structure
    right_pedicle: Structure
    left_lamina: Structure
    right_lamina: Structure
    spinous_process: Structure
    quality: Mapping[str, Any]
    warnings: tuple[str, ...]
    level: str | None = None

    def sector(self, name: str) -> Structure:
        """One sector by its name in `SECTORS`.

        Raises
        ------
        InputError
            There is no sector of that name.
        """
        if name not in SECTORS:
            raise InputError(f"A vertebra has no sector {name!r}; choose {', '.join(SECTORS)}.")
        structure: Structure = getattr(self, name)
        return structure

    @property
    def present(self) -> tuple[str, ...]:
        """Sectors that have any volume."""
        return tuple(name for name in SECTORS if self.sector(name).volume_cc > 0)

    def labels(self) -> tuple[NDArray[np.uint8], FloatArray]:
        """Label map [k, j, i] with n for `SECTORS[n - 1]` and 0 outside, and its ijk_to_ras."""
        shape = self.vertebra.mask
        values = np.stack([self.sector(name).mask.values for name in SECTORS])
        labels = values.argmax(axis=0).astype(np.uint8) + np.uint8(1)
        labels[shape.values < 0.5] = 0
        return labels, shape.grid.ijk_to_ras


def split_vertebra(
    vertebra: Structure,
    canal: Structure | None = None,
    *,
    cord: Structure | None = None,
    level: str | None = None,
) -> VertebraSectors:
    """Split one vertebra into its six sectors.

    Parameters
    ----------
    vertebra : Structure
        One vertebra, from a mask or contours, in any orientation.
    canal : Structure, optional
        The vertebral canal or thecal sac; it gives the canal's direction where the bone cannot.
    cord : Structure, optional
        The spinal cord, in the canal's stead.
    level : str, optional
        "C2" to "L5"; by default from the vertebra's name. It decides what is usual.

    Raises
    ------
    InputError
        No single vertebra (empty, several, a rib cage, a part), or a level without sectors (S1).
    """
    level = _level_in(vertebra.name) if level is None else _level_in(level) or level
    refuse_unsupported(vertebra.name, level)
    report_progress(f"Looking at {vertebra.name}", 0.0)
    vertebra, voxels = voxels_of(vertebra)
    report_progress(fraction=0.1)
    labels, part_shares = parts_of(vertebra.name, voxels.values)
    check_parts(vertebra.name, voxels, labels, part_shares)
    main = int((part_shares >= MAIN_SHARE).sum())
    source = "given" if canal is not None else "cord"
    outline = canal or cord
    measured = voxels if outline is None else without_outline(voxels, outline)
    report_progress(fraction=0.2)
    bone = bone_of(measured, (labels > 0) & (labels <= main))
    check_size(vertebra.name, bone)
    known = None if outline is None else foramen_of(outline, bone, voxels.middle_ras)
    report_progress(f"Finding the axes of {vertebra.name}", 0.3)
    try:
        found = find_frame(bone, known)
        frame = _frame_in_ras(found, bone, voxels)
    except InputError as error:
        raise InputError(
            f"{vertebra.name} cannot be split: {str(error).rstrip('.')}. Check that it is one "
            "vertebra, or give its canal."
        ) from error
    check_single(vertebra.name, level, found)
    check_sides(vertebra.name, voxels, found, known is not None)
    report_progress(f"Splitting {vertebra.name}", 0.8)
    shares = _shares(found, bone, voxels)
    sectors = {
        name: _sector(vertebra, name, voxels, shares[..., n]) for n, name in enumerate(SECTORS)
    }
    if known is None:
        source = "found" if found.foramen.closed and found.canal.back_found else "inferred"
    report_progress(fraction=0.95)
    volumes = {name: sector.volume_cc for name, sector in sectors.items()}
    quality = quality_of(volumes, found, source, level)
    warnings = check_split(level, found, voxels, quality, float(part_shares[main:].sum()))
    return VertebraSectors(
        vertebra=vertebra, frame=frame, **sectors, quality=quality, warnings=warnings, level=level
    )


def _level_in(name: str) -> str | None:
    """The one level that a name mentions; the first of the sacrum's for the sacrum."""
    levels = levels_in_name(name)
    if len(levels) == 1 or all(level.startswith("S") for level in levels):
        return next(iter(levels), None)
    return None


def _frame_in_ras(found: FoundFrame, bone: Bone, voxels: Voxels) -> VertebraFrame:
    """Bring the frame from the bone's (perhaps mirrored) coordinates into RAS."""
    origin, axes = found.origin, found.axes
    if bone.mirrored:
        image = np.diag([-1.0, 1.0, 1.0])
        origin, axes = image @ origin, image @ axes @ image
    wall = found.wall
    low, high = (found.local.z_mm[[0, -1]]) if wall is None else (wall.low_mm, wall.high_mm)
    return VertebraFrame(
        origin=voxels.middle_ras + origin,
        axes=axes,
        posterior_wall_mm=found.canal.front_mm,
        canal_back_mm=found.canal.back_mm,
        canal_half_width_mm=found.canal.half_width_mm,
        low_mm=float(low),
        high_mm=float(high),
    )


def _shares(found: FoundFrame, bone: Bone, voxels: Voxels) -> FloatArray:
    """Share of every voxel in the six sectors, (k, j, i, 6)."""
    occupied = voxels.values > 0
    points = voxels.points()[occupied]
    steps = voxels.spacing
    if bone.mirrored:
        points, steps = points * [-1.0, 1.0, 1.0], np.diag([-1.0, 1.0, 1.0]) @ steps
    widths = np.abs(found.axes.T @ steps).sum(axis=1)
    own = borders_of(found).shares((points - found.origin) @ found.axes, widths)
    if bone.mirrored:
        own = own[:, _OTHER_SIDE]
    shares = np.zeros((*voxels.values.shape, len(SECTORS)))
    shares[occupied] = _with_owner(own, voxels.values[occupied])
    return shares


def _with_owner(shares: FloatArray, occupancy: FloatArray) -> FloatArray:
    """Give the largest share at least the half voxel that makes its sector the owner."""
    rows = np.arange(len(shares))
    owner = shares.argmax(axis=1)
    own = shares[rows, owner]
    needed = np.minimum(_OWNER / np.maximum(occupancy, 0.5), 1.0)
    wanted = np.where(occupancy >= 0.5, np.maximum(own, needed), own)
    rest = np.where(own < 1, (1 - wanted) / np.maximum(1 - own, 1e-12), 0.0)
    result = shares * rest[:, np.newaxis]
    result[rows, owner] = wanted
    return result


def _sector(vertebra: Structure, name: str, voxels: Voxels, share: FloatArray) -> Structure:
    mask = vertebra.mask
    values = np.asarray(voxels.in_own_order(voxels.values * share), dtype=np.float64)
    return Structure(f"{vertebra.name} {name.replace('_', ' ')}", OccupancyMask(values, mask.grid))
