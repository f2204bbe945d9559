"""The spinal column: vertebrae with joint spaces, discs and canal on one lattice."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..geometry import report_progress
from .canal import CanalSolids, make_canal
from .curve import SpineCurve
from .lattice import Lattice, Volume, Window
from .levels import FIRST_TARGET, LAST_TARGET, VertebraSizes, vertebra_sizes
from .parameters import SpinePhantom
from .solids import nearer_to, smooth_intersection
from .vertebra import VertebraSolids, body_outline, local_points, make_vertebra

FAR_MM = np.float32(50.0)
_JOINT_SPACE_MM = np.float32(0.8)


@dataclass(frozen=True, eq=False)
class Disc:
    """A disc on a window of the column's lattice; `upper` is the vertebra above it."""

    upper: int
    window: Window
    solid: Volume


@dataclass(frozen=True, eq=False)
class Column:
    """Everything of the spine, on a lattice `fineness` times finer in plane than the CT."""

    lattice: Lattice
    fineness: int
    vertebrae: dict[int, VertebraSolids]
    discs: tuple[Disc, ...]
    canal: CanalSolids
    bone: Volume


def column_lattice(image: Lattice, curve: SpineCurve, fineness: int) -> Lattice:
    """Finer lattice (in plane) around the spine, holding the image's voxel centres there."""
    sizes = [vertebra_sizes(level) for level in (curve.level.min(), curve.level.max())]
    reach = max(0.5 * s.transverse_span_mm for s in sizes) + 8
    front = max(0.5 * s.body_depth_mm for s in sizes) + 8
    back = max(
        s.body_depth_mm / 2 + s.canal_depth_mm + s.lamina_thickness_mm + s.spinous_length_mm
        for s in map(vertebra_sizes, np.unique(np.round(curve.level)))
    )
    z = curve.centre[:, 2]
    ends = image.axis(2)
    near = curve.centre[(z > ends[0] - 20) & (z < ends[-1] + 20)]
    low, high = near.min(axis=0), near.max(axis=0)
    window = image.window(
        np.array([low[0] - reach, low[1] - back, ends[0]]),
        np.array([high[0] + reach, high[1] + front, ends[-1]]),
    )
    coarse = image.part(window)
    k, j, i = coarse.shape_kji
    step = coarse.step / np.array([fineness, fineness, 1.0])
    return Lattice(coarse.origin, step, (k, (j - 1) * fineness + 1, (i - 1) * fineness + 1))


def make_column(
    lattice: Lattice, fineness: int, curve: SpineCurve, parameters: SpinePhantom
) -> Column:
    """Evaluate vertebrae, discs and canal; bone never enters the canal or the next bone."""
    canal = make_canal(lattice, curve, parameters.cord_gap_mm)
    report_progress(fraction=0.15)
    levels = np.unique(np.round(curve.level)).astype(int)
    heights = lattice.axis(2)
    vertebrae = {}
    for level in (int(n) for n in levels):
        frame = curve.frame(curve.arc_of_level(level))
        if heights[0] - 60 < frame.origin[2] < heights[-1] + 60:
            report_progress()
            loss = parameters.compression if level == parameters.level_index else 0.0
            sizes = sizes_of(level)
            vertebrae[level] = make_vertebra(lattice, level, frame, sizes, loss)
    report_progress(fraction=0.3)
    vertebrae = _trimmed(lattice, vertebrae, canal)
    report_progress()
    bone = np.full(lattice.shape_kji, FAR_MM, np.float32)
    for vertebra in vertebrae.values():
        np.minimum(bone[vertebra.window], vertebra.bone, out=bone[vertebra.window])
    discs = tuple(
        _disc(lattice, curve, vertebrae[level], bone)
        for level in vertebrae
        if level + 1 in vertebrae
    )
    return Column(lattice, fineness, vertebrae, discs, canal, bone)


def sizes_of(level: int) -> VertebraSizes:
    """Sizes of a vertebra; beyond C3 and L5 those of the last one (no dens, no sacral wings)."""
    return vertebra_sizes(min(max(level, FIRST_TARGET), LAST_TARGET))


def _trimmed(
    lattice: Lattice, vertebrae: dict[int, VertebraSolids], canal: CanalSolids
) -> dict[int, VertebraSolids]:
    """Take the canal out of the bones and leave a joint space between neighbours."""
    canal_space = np.full(lattice.shape_kji, FAR_MM, np.float32)
    canal_space[canal.window] = canal.canal
    nearest = np.full(lattice.shape_kji, FAR_MM, np.float32)
    second = nearest.copy()
    for vertebra in vertebrae.values():
        first_part, second_part = nearest[vertebra.window], second[vertebra.window]
        np.minimum(second_part, np.maximum(first_part, vertebra.bone), out=second_part)
        np.minimum(first_part, vertebra.bone, out=first_part)
    result = {}
    for level, vertebra in vertebrae.items():
        first_part = nearest[vertebra.window]
        report_progress()
        others = np.where(vertebra.bone <= first_part, second[vertebra.window], first_part)
        bone = np.maximum(vertebra.bone, nearer_to(vertebra.bone, others, _JOINT_SPACE_MM))
        bone = np.maximum(bone, -canal_space[vertebra.window])
        result[level] = replace(vertebra, bone=bone)
    return result


def _disc(lattice: Lattice, curve: SpineCurve, upper: VertebraSolids, bone: Volume) -> Disc:
    """Disc between a vertebra and the next lower one, slightly bulging, up to their endplates."""
    report_progress()
    below = sizes_of(upper.level + 1)
    arc = curve.arc_of_level(upper.level + 1) + 0.5 * below.height_mm
    arc += 0.5 * upper.sizes.disc_height_mm
    frame = curve.frame(arc)
    reach = 0.5 * max(upper.sizes.body_width_mm, below.body_width_mm) + 6
    window = lattice.window(frame.origin - reach, frame.origin + reach)
    points = local_points(lattice.part(window), frame)
    side = 0.5 * (body_outline(points, upper.sizes) + body_outline(points, below)) - np.float32(0.3)
    thickness = np.abs(points[2]) - np.float32(0.5 * upper.sizes.disc_height_mm + 4.0)
    solid = smooth_intersection(side, np.maximum(thickness, -bone[window]), 0.3)
    return Disc(upper.level, window, solid)
