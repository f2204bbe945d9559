"""What is no single vertebra, and what a person must look at."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...geometry import InputError
from ..frame.bone import STEP_MM, Bone, Voxels
from ..frame.finding import FoundFrame

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

MAIN_SHARE = 0.03
"""Separate parts smaller than this share of the mask are specks: not measured, only assigned."""
_SMALLEST_CC, _LARGEST_CC, _WIDEST_MM = 1.5, 130.0, 125.0
# Two vertebrae in one mask: the smaller is at least this share, and lies above, not behind.
_SECOND_LEVEL = 0.25
_HEIGHT_OF_DEPTH, _SHALLOWEST_MM = 1.35, 10.0
_HEIGHT_OF_DEPTH_WITH_DENS = 3.0
_LEAST_SYMMETRY, _USUAL_SYMMETRY, _LARGEST_RESIDUAL_MM, _LARGEST_TURN_DEG = 0.66, 0.85, 1.2, 50.0
_FLAT_END, _SPECKS_CC, _SHALLOW_CANAL = 0.42, 0.01, 0.45


def refuse_unsupported(name: str, level: str | None) -> None:
    """Refuse levels that have no sectors.

    Raises
    ------
    InputError
        Sacral or a transitional level.
    """
    if level is None:
        return
    if level.startswith("S"):
        raise InputError(
            f"{name} is {level}: the sacrum is not split. RTOG 0631 templates cover C1 to L5 and "
            "the six sectors are not defined for fused sacral levels; contour the target by hand."
        )
    if level not in _SUPPORTED:
        raise InputError(
            f"{name} is {level}: only C1 to L5 are split; give the level whose shape it has."
        )


_SUPPORTED = frozenset(
    [*(f"C{n}" for n in range(1, 8)), *(f"T{n}" for n in range(1, 13))]
    + [f"L{n}" for n in range(1, 6)]
)


def check_parts(name: str, voxels: Voxels, labels: IntArray, shares: FloatArray) -> None:
    """Refuse a mask whose parts are two vertebrae.

    Raises
    ------
    InputError
        A second large part lies above or below the first one.
    """
    if len(shares) < 2 or shares[1] < _SECOND_LEVEL:
        return
    points = voxels.points()
    first, second = (points[labels == n].mean(axis=0) for n in (1, 2))
    apart = np.abs(second - first)
    if apart[2] > 12 and apart[2] > apart[1]:
        volume = voxels.values.sum() * abs(np.linalg.det(voxels.spacing)) / 1000
        raise InputError(
            f"{name} holds two separate bones {apart[2]:.0f} mm apart along the spine "
            f"({shares[0] * volume:.0f} and {shares[1] * volume:.0f} cc): give one vertebra."
        )


def check_size(name: str, bone: Bone) -> None:
    """Refuse what is too small or too large for a vertebra.

    Raises
    ------
    InputError
        Volume or width is no vertebra's.
    """
    inside = bone.occupancy >= 0.5
    volume = float(inside.sum()) * STEP_MM**3 / 1000
    if volume < _SMALLEST_CC:
        raise InputError(
            f"{name} has {volume:.2f} cc outside canal and cord: too small for a vertebra (at "
            f"least {_SMALLEST_CC} cc)."
        )
    width = float(inside.any(axis=(0, 1)).sum()) * STEP_MM
    if width > _WIDEST_MM:
        raise InputError(
            f"{name} is {width:.0f} mm wide: no vertebra is wider than {_WIDEST_MM:.0f} mm. "
            "Are ribs or the pelvis in the mask?"
        )
    if volume > _LARGEST_CC:
        raise InputError(
            f"{name} has {volume:.0f} cc: too much for one vertebra (at most {_LARGEST_CC:.0f} "
            "cc). Give one vertebra."
        )


def check_single(name: str, level: str | None, found: FoundFrame) -> None:
    """Refuse a mask that holds two vertebral bodies, one above the other.

    Raises
    ------
    InputError
        Two bodies with a disc space between, or one that is far too high.
    """
    if found.wall is None:
        return
    local = found.local
    ahead = (local.y_mm > found.canal.front_mm) & (local.y_mm < found.canal.front_mm + 12)
    inner = np.abs(local.x_mm) <= 1.5 * found.canal.half_width_mm
    filled = local.bone[:, ahead][:, :, inner].mean(axis=(1, 2))
    solid = filled >= 0.5 * np.percentile(filled[filled > 0], 80)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], solid.astype(int), [0]])))
    runs = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= 7]
    for (_, end), (start, _) in pairwise(runs):
        if filled[end:start].min() < 0.25 * filled[solid].mean():
            raise InputError(
                f"{name} holds {len(runs)} vertebral bodies with a space of "
                f"{(start - end) * STEP_MM:.0f} mm between them: give one vertebra."
            )
    middle = np.abs(local.x_mm) <= found.canal.half_width_mm
    front = local.bone[:, local.y_mm > found.canal.front_mm][:, :, middle]
    depth = float(np.percentile(front.any(axis=2).sum(axis=1)[solid], 75)) * STEP_MM
    height = found.wall.high_mm - found.wall.low_mm
    most = _HEIGHT_OF_DEPTH_WITH_DENS if level == "C2" else _HEIGHT_OF_DEPTH
    if depth >= _SHALLOWEST_MM and height > most * depth:
        raise InputError(
            f"{name} has a body {height:.0f} mm high and {depth:.0f} mm deep: no single vertebra "
            "has. Are fused neighbors in one mask? Give one vertebra."
        )


def check_sides(name: str, voxels: Voxels, found: FoundFrame, canal_given: bool) -> None:
    """Refuse a vertebra whose middle cannot be told.

    Raises
    ------
    InputError
        It is cut through the body on its left or right, or hardly like its mirror image.
    """
    if canal_given:
        return
    cut = [side for side in flat_ends(voxels) if side in ("left", "right")]
    if cut:
        raise InputError(
            f"{name} ends flat on its {cut[0]} side, as if the scan's edge cut through its body: "
            "its middle cannot be told. Give the canal, or the whole vertebra."
        )
    symmetry = found.mid_plane.symmetry
    if symmetry < _LEAST_SYMMETRY:
        raise InputError(
            f"{name} is not like its mirror image in any plane ({100 * symmetry:.0f} % at best): "
            "left and right cannot be told. Is it one vertebra? If half of the arch is missing, "
            "give the canal."
        )


def check_split(
    level: str | None,
    found: FoundFrame,
    voxels: Voxels,
    quality: Mapping[str, Any],
    speck_share: float,
) -> tuple[str, ...]:
    """Say why a person must look at a split."""
    return (
        *_level_warnings(level, quality),
        *_frame_warnings(found, quality),
        *(() if level == "C1" else _share_warnings(quality)),
        *_mask_warnings(voxels, speck_share),
    )


def _level_warnings(level: str | None, quality: Mapping[str, Any]) -> list[str]:
    if level == "C1":
        return [
            "C1 has no vertebral body: its anterior arch stands for the body and the lateral "
            "masses for the pedicles, by analogy only; check every sector."
        ]
    if level == "C2":
        return [
            "C2: the dens counts as body, the superior articular facets in front of the canal go "
            "with body or arch by their place; check the body."
        ]
    if level is None and quality["shares"]["body"]["percent"] < 25:
        return ["Hardly any bone lies in front of the canal: is it C1, or is the body destroyed?"]
    return []


def _frame_warnings(found: FoundFrame, quality: Mapping[str, Any]) -> list[str]:
    warnings = []
    if quality["canal"] == "inferred":
        warnings.append(
            "The canal is not closed by bone (laminectomy, destruction, or a cut mask): its "
            "place is inferred. Check the borders, or give the canal."
        )
    depth, width = quality["canal_depth_mm"], quality["canal_width_mm"]
    if depth < _SHALLOW_CANAL * width:
        warnings.append(
            f"The canal is {depth:.0f} mm deep and {width:.0f} mm wide: is it partly filled in the "
            "mask? The border of pedicles and laminae lies at half its depth."
        )
    if found.wall is None:
        warnings.append("No posterior wall of a body was found; body and pedicles are guessed.")
    elif found.wall.residual_mm > _LARGEST_RESIDUAL_MM:
        warnings.append(
            f"The posterior wall is uneven ({found.wall.residual_mm:.1f} mm from a plane): check "
            "the border of body and pedicles."
        )
    if found.mid_plane.symmetry < _USUAL_SYMMETRY:
        warnings.append(
            f"Only {100 * found.mid_plane.symmetry:.0f} % of the bone has its like on the other "
            "side: check left and right borders."
        )
    turn = float(np.degrees(np.arccos(np.clip(found.axes[1, 1], -1, 1))))
    if turn > _LARGEST_TURN_DEG:
        warnings.append(
            f"The vertebra's front is turned {turn:.0f} degrees from the patient's: check the "
            "orientation of the mask."
        )
    return warnings


def _share_warnings(quality: Mapping[str, Any]) -> list[str]:
    warnings = []
    for name, share in quality["shares"].items():
        words = name.replace("_", " ")
        if share["percent"] == 0:
            warnings.append(f"There is no {words}.")
        elif not share["usual"]:
            warnings.append(
                f"The {words} is {share['percent']:.1f} % of the volume; usual are "
                f"{share['low']:g} to {share['high']:g} %."
            )
    return warnings


def _mask_warnings(voxels: Voxels, speck_share: float) -> list[str]:
    warnings = []
    volume = voxels.values.sum() * abs(np.linalg.det(voxels.spacing)) / 1000
    if speck_share * volume >= _SPECKS_CC:
        warnings.append(
            f"Separate specks of {speck_share * volume:.2f} cc in all are assigned by their place; "
            "clean the mask if they are no bone."
        )
    cut = sorted({*flat_ends(voxels), *voxels.edges})
    if cut:
        warnings.append(
            f"The mask ends flat, or at the image's edge, on its {' and '.join(cut)} side: is the "
            "vertebra cut? Volumes and borders may be wrong."
        )
    return warnings


def flat_ends(voxels: Voxels) -> list[str]:
    """Sides on which the outermost layer of voxels is nearly as large as the largest one."""
    solid = voxels.values >= 0.5
    names = (("inferior", "superior"), ("posterior", "anterior"), ("left", "right"))
    found = []
    for axis, sides in enumerate(names):
        area = solid.sum(axis=tuple(n for n in range(3) if n != axis)).astype(float)
        used = np.flatnonzero(area)
        for side, end in zip(sides, (used[0], used[-1]), strict=True):
            if area[end] > _FLAT_END * area.max():
                found.append(side)
    return found
