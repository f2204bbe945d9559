"""Bones that are no ordinary vertebra: atlas, axis, sacrum, a rib cage in one label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.spatial.transform import Rotation
from vertebra_shapes import (
    FAR_MM,
    FloatArray,
    Frame,
    Lattice,
    Points,
    Solid,
    VertebraShape,
    Workpiece,
    local_points,
    make_workpiece,
    vertebra_sizes,
)

from spine_radiosurgery.phantom.levels import LEVELS
from spine_radiosurgery.phantom.solids import ellipsoid, oval, rod, smooth_union

ATLAS, AXIS, SACRUM = LEVELS.index("C1"), LEVELS.index("C2"), LEVELS.index("S1")
_LOW, _HIGH = np.array([-70.0, -75.0, -115.0]), np.array([70.0, 40.0, 45.0])


def make_atlas(
    spacing_mm: Sequence[float] = (1.0, 1.0, 1.0),
    rotation_deg: Sequence[float] = (0.0, 0.0, 0.0),
) -> VertebraShape:
    """C1: a ring with lateral masses and transverse processes; no body, no spinous process."""
    work = _empty(ATLAS, spacing_mm, rotation_deg)
    points = work.points
    bone = _arcs(points, (18.0, 17.0), -12.0, 3.6, 4.8)
    bone = smooth_union(bone, ellipsoid(points, *_triple((0, 6, 0), (5, 3.5, 6))), 2.0)
    for side in (-1.0, 1.0):
        mass = ellipsoid(points, *_triple((side * 18.5, -6, 0), (7, 9.5, 9)))
        wing = rod(
            points,
            np.array([side * 20, -8, -1]),
            np.array([side * 36, -10, -2]),
            (4, 3),
            (4, 3),
        )
        bone = smooth_union(bone, smooth_union(mass, wing, 2.0), 2.0)
    ring = oval(points[0], points[1] + np.float32(14), 11.0, 12.0, 2.3)
    canal = np.maximum(ring, np.abs(points[2]) - np.float32(9))
    dens_bay = oval(points[0], points[1] + np.float32(4), 9.0, 7.0)
    bone = np.maximum(bone, -np.minimum(ring, dens_bay))
    x, y = points[0], points[1]
    # By the borders of an ordinary vertebra: the anterior arch stands where a body would be.
    labels = np.where(x < 0, 4, 5) * np.ones(bone.shape, int)
    labels = np.where(y > -14, np.where(x < 0, 2, 3), labels)
    labels = np.where((y > -2) & (np.abs(x) < 11), 1, labels)
    labels = np.where((y < -26) & (np.abs(x) < 22 / 6), 6, labels)
    return replace(work, bone=bone, canal=canal, labels=labels.astype(np.uint8)).finished()


def make_axis(
    spacing_mm: Sequence[float] = (1.0, 1.0, 1.0),
    rotation_deg: Sequence[float] = (0.0, 0.0, 0.0),
) -> VertebraShape:
    """C2: a cervical vertebra with a tall body, the dens on it, wide shoulders, a stout spine."""
    sizes = replace(
        vertebra_sizes(2),
        anterior_height_mm=19.0,
        posterior_height_mm=17.0,
        spinous_length_mm=17.0,
        spinous_height_mm=11.0,
        lamina_height_mm=13.0,
        lamina_thickness_mm=5.0,
        pedicle_width_mm=8.0,
        pedicle_height_mm=9.0,
    )
    turn = Rotation.from_euler("xyz", rotation_deg, degrees=True).as_matrix()
    frame = Frame(np.zeros(3), turn)
    work = make_workpiece(AXIS, sizes, frame, spacing_mm, reach_mm=22)
    points = work.points
    dens = rod(points, np.array([0, -1.0, 5]), np.array([0, -3.0, 25]), (5.5, 4.0), (5.0, 5.0))
    bone = smooth_union(work.bone, dens, 2.0)
    for side in (-1.0, 1.0):
        shoulder = ellipsoid(points, *_triple((side * 13.5, -4.5, 6), (7, 7, 6)))
        bone = smooth_union(bone, shoulder, 2.0)
    bone = np.maximum(bone, -work.canal)
    labels = np.where((dens < 1) & (points[1] > work.wall_mm), 1, work.labels)
    return replace(work, bone=bone, labels=labels.astype(np.uint8)).finished()


def make_sacrum(
    segments: int = 4,
    spacing_mm: Sequence[float] = (1.5, 1.5, 1.5),
    rotation_deg: Sequence[float] = (35.0, 0.0, 0.0),
) -> VertebraShape:
    """S1 and what is fused to it: wings, `segments` bodies that taper and curve, median crest."""
    work = _empty(SACRUM, spacing_mm, rotation_deg)
    points = work.points
    bone = np.full(work.bone.shape, FAR_MM, np.float32)
    bore = bone.copy()
    for n in range(segments):
        z = -26.0 * n + 1.5 * n**2
        y = -2.0 * n**2
        taper = 1 - 0.17 * n
        body = ellipsoid(points, *_triple((0, y, z), (25 * taper, 16 * taper, 17)))
        crest = rod(
            points,
            np.array([0, y - 33 * taper, z]),
            np.array([0, y - 42 * taper, z - 4]),
            (3, 3),
            (9, 7),
        )
        bone = np.minimum(bone, np.minimum(body, crest))
        for side in (-1.0, 1.0):
            wing = rod(
                points,
                np.array([side * 14 * taper, y - 8, z]),
                np.array([side * 46 * taper, y - 16 * taper, z - 6]),
                (9, 9),
                (13 * taper, 11 * taper),
            )
            roof = rod(
                points,
                np.array([side * 20 * taper, y - 16 * taper, z]),
                np.array([0, y - 33 * taper, z]),
                (4, 4),
                (12, 12),
            )
            hole = ellipsoid(points, *_triple((side * 20 * taper, y - 10, z - 13), (4, 12, 4)))
            bone = np.maximum(np.minimum(bone, np.minimum(wing, roof)), -hole)
        tube = oval(points[0], points[1] - np.float32(y - 23 * taper), 13 * taper, 7 * taper)
        bore = np.minimum(bore, np.maximum(tube, np.abs(points[2] - np.float32(z)) - 14))
    bone = np.maximum(bone, -bore)
    labels = np.ones(bone.shape, np.uint8)
    return replace(work, bone=bone, canal=bore, labels=labels).finished()


def make_rib_cage(levels: int = 3, spacing_mm: Sequence[float] = (2.0, 2.0, 2.0)) -> VertebraShape:
    """Thoracic vertebrae with their ribs round the chest, all in one label."""
    sizes = vertebra_sizes(LEVELS.index("T8"))
    work = make_workpiece(
        LEVELS.index("T8"), sizes, Frame(np.zeros(3), np.eye(3)), spacing_mm, reach_mm=110
    )
    points = work.points
    foreign = work.foreign.copy()
    distance = sizes.height_mm + sizes.disc_height_mm
    for n in range(levels):
        offset = n * distance
        foreign |= _hoop((points[0], points[1], points[2] + np.float32(offset)))
        if n:
            foreign |= _shifted(work.bone < 0, round(offset / work.lattice.step[2]))
    return replace(work, foreign=foreign).finished()


def _hoop(points: Points) -> np.ndarray:
    """One pair of ribs that falls forward."""
    x, y, z = points
    shell = np.abs(oval(x, y - np.float32(55), 115.0, 85.0))
    fall = z + np.float32(0.35) * (y + np.float32(20))
    inside = (shell / np.float32(4)) ** 2 + (fall / np.float32(6)) ** 2 < 1
    return np.asarray(inside & (y < 90))


def _shifted(mask: np.ndarray, down: int) -> np.ndarray:
    result = np.zeros_like(mask)
    result[: mask.shape[0] - down] = mask[down:]
    return result


def _arcs(points: Points, halves: tuple[float, float], y: float, half: float, tall: float) -> Solid:
    """A horizontal ring whose section is an ellipse."""
    x, forth, z = points
    shell = oval(x, forth - np.float32(y), *halves)
    ratio = np.hypot(shell / np.float32(half), z / np.float32(tall))
    return ((ratio - 1) * np.float32(half)).astype(np.float32)


def _empty(level: int, spacing_mm: Sequence[float], rotation_deg: Sequence[float]) -> Workpiece:
    """A lattice with room for any of these bones, and no bone."""
    turn = Rotation.from_euler("xyz", rotation_deg, degrees=True)
    corners = np.stack(np.meshgrid(*zip(_LOW, _HIGH, strict=True)), axis=-1).reshape(-1, 3)
    if level == ATLAS:
        corners = np.clip(corners, (-42, -40, -16), (42, 16, 16))
    ras = turn.apply(corners)
    step = np.asarray(spacing_mm, float)
    lattice = Lattice.covering(ras.min(axis=0), ras.max(axis=0), step, np.zeros(3))
    frame = Frame(np.zeros(3), turn.as_matrix())
    solid = np.full(lattice.shape_kji, FAR_MM, np.float32)
    return Workpiece(
        level,
        vertebra_sizes(min(max(level, 2), LEVELS.index("L5"))),
        lattice,
        frame,
        local_points(lattice, frame),
        solid,
        np.zeros(solid.shape, np.uint8),
        solid,
        np.zeros(solid.shape, bool),
    )


def _triple(centre: Sequence[float], halves: Sequence[float]) -> tuple[FloatArray, FloatArray]:
    return np.asarray(centre, float), np.asarray(halves, float)
