"""Damage, operations and bad segmentations of the vertebrae in `vertebra_shapes`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from vertebra_shapes import FAR_MM, SECTORS, Bend, Defect, Points, Solid, Workpiece

from spine_radiosurgery.phantom.curve import Frame
from spine_radiosurgery.phantom.levels import FIRST_TARGET, LAST_TARGET, vertebra_sizes
from spine_radiosurgery.phantom.solids import ellipsoid, rod
from spine_radiosurgery.phantom.vertebra import body_solid, make_vertebra

BODY = np.uint8(1)
_BULGE_HALF_WIDTH = 0.3
"""Of a burst fragment, in widths of the canal, where it has fallen to 1/e."""


def without_sectors(*names: str) -> Defect:
    """Remove whole sectors, as a tumour or an operation may."""

    def defect(work: Workpiece) -> Workpiece:
        lost = np.isin(work.labels, [SECTORS.index(name) + 1 for name in names])
        return replace(work, bone=np.where(lost, FAR_MM, work.bone))

    return defect


def laminectomy(sides: str = "both") -> Defect:
    """Take the roof of the canal away ("left", "right" or "both"); joints and transverse stay.

    With both sides goes the spinous process.
    """

    def defect(work: Workpiece) -> Workpiece:
        x, y, _ = work.points
        roof = np.maximum(
            np.abs(x) - np.float32(0.5 * work.sizes.canal_width_mm),
            y - np.float32(work.centre_mm - 0.1 * work.sizes.canal_depth_mm),
        )
        if sides != "both":
            # A hemilaminectomy stops beside the base of the spinous process.
            inner = np.float32(work.sizes.canal_width_mm / 6)
            roof = np.maximum(roof, (x if sides == "left" else -x) + inner)
        return work.without(roof)

    return defect


def lytic(radius_mm: float, place: str = "body", side: str = "left") -> Defect:
    """Eat a sphere out of the bone.

    `place` is "body" (inside it), "endplate", "posterior_wall" (breaks through to the canal),
    "pedicle" (one side is gone), "spinous_process" or "anterior_wall".
    """

    def defect(work: Workpiece) -> Workpiece:
        sizes = work.sizes
        sign = -1.0 if side == "left" else 1.0
        places = {
            "body": (sign * 0.12 * sizes.body_width_mm, 0.0, 0.0),
            "endplate": (0.0, 0.0, 0.5 * sizes.height_mm),
            "posterior_wall": (sign * 2.0, work.wall_mm + 0.3 * radius_mm, 0.0),
            "pedicle": (
                sign * 0.5 * (sizes.canal_width_mm + sizes.pedicle_width_mm),
                work.wall_mm - 1,
                0.25 * sizes.posterior_height_mm,
            ),
            "spinous_process": (
                0.0,
                work.wall_mm - sizes.canal_depth_mm - sizes.lamina_thickness_mm,
                -0.15 * sizes.lamina_height_mm,
            ),
            "anterior_wall": (0.0, 0.5 * sizes.body_depth_mm, 0.0),
        }
        hole = ellipsoid(work.points, np.array(places[place]), np.full(3, radius_mm))
        return work.without(hole)

    return defect


def burst(height_loss: float = 0.5, bulge_mm: float = 5.0) -> Defect:
    """Crush the whole body and push a fragment of its posterior wall into the canal."""

    def defect(work: Workpiece) -> Workpiece:
        sizes = work.sizes
        keep = 1 - height_loss
        crushed = replace(
            sizes,
            anterior_height_mm=keep * sizes.anterior_height_mm,
            posterior_height_mm=keep * sizes.posterior_height_mm,
            body_width_mm=sizes.body_width_mm * (1 + 0.12 * height_loss),
        )
        x, y, z = work.points
        # The upper endplate sinks more than the lower one rises.
        level = np.float32(0.15 * height_loss * sizes.height_mm)
        width = np.float32(_BULGE_HALF_WIDTH * sizes.canal_width_mm)
        push = np.float32(bulge_mm) * np.exp(-((x / width) ** 2))
        behind = np.clip(-y / np.float32(-work.wall_mm), 0, 1)
        body = body_solid((x, y + push * behind, z + level), crushed, 0.0)
        arch = np.where(work.labels == BODY, FAR_MM, work.bone)
        bone = np.minimum(body, arch)
        fragment = (body < 0) & (y < np.float32(work.wall_mm)) & (work.canal < 0)
        labels = np.where(fragment | ((body < 0) & (y >= work.wall_mm)), BODY, work.labels)
        return replace(
            work,
            bone=np.maximum(bone, -work.canal) if bulge_mm == 0 else bone,
            labels=labels.astype(np.uint8),
            canal=np.maximum(work.canal, -body),
        )

    return defect


def thin_pedicle(loss: float = 0.5, side: str = "left") -> Defect:
    """Take the outer part of one pedicle's width away, as on the concave side of a curve."""

    def defect(work: Workpiece) -> Workpiece:
        x, y, z = work.points
        sizes = work.sizes
        outward = -x if side == "left" else x
        edge = 0.5 * sizes.canal_width_mm + (1 - loss) * sizes.pedicle_width_mm
        upper = -0.5 * sizes.posterior_height_mm
        notch = np.maximum(
            np.maximum(np.float32(edge) - outward, outward - np.float32(edge + 12)),
            np.maximum(y - np.float32(work.wall_mm), np.float32(work.centre_mm + 2) - y),
        )
        return work.without(np.maximum(notch, np.float32(upper) - z))

    return defect


def bridge_below(depth_mm: float = 6.0) -> Defect:
    """Fuse the next lower body's upper part to this one by a bridge of bone in front."""

    def defect(work: Workpiece) -> Workpiece:
        below = neighbour_solid(work, 1)
        z = work.points[2]
        floor = -0.5 * work.sizes.height_mm - work.sizes.disc_height_mm
        # Only the body: the lower joints stay with their own vertebra.
        body = np.maximum(below, np.float32(work.wall_mm + 2) - work.points[1])
        kept = np.maximum(body, np.float32(floor - depth_mm) - z)
        front = 0.5 * work.sizes.body_depth_mm - 3
        ends = np.array([[4.0, front, -0.3 * work.sizes.height_mm], [4.0, front, floor - 2]])
        osteophyte = rod(work.points, ends[0], ends[1], (8.0, 8.0), (4.0, 4.0))
        return replace(work, foreign=work.foreign | (np.minimum(kept, osteophyte) < 0))

    return defect


def neighbours_spinous_tip(length_mm: float = 8.0) -> Defect:
    """Give the mask the end of the upper neighbour's spinous process."""

    def defect(work: Workpiece) -> Workpiece:
        above = neighbour_solid(work, -1)
        sizes = vertebra_sizes(max(work.level - 1, FIRST_TARGET))
        back = -0.5 * sizes.body_depth_mm - sizes.canal_depth_mm
        back -= sizes.spinous_length_mm * np.cos(np.radians(sizes.spinous_droop_deg))
        tip = np.maximum(above, work.points[1] - np.float32(back + length_mm))
        return replace(work, foreign=work.foreign | (tip < 0))

    return defect


def with_neighbour(step: int = 1) -> Defect:
    """Put a whole neighbour (1 below, -1 above) and the disc between them into the mask."""

    def defect(work: Workpiece) -> Workpiece:
        other = neighbour_solid(work, step)
        sizes = work.sizes
        middle = -step * 0.5 * (sizes.height_mm + sizes.disc_height_mm)
        halves = np.array([0.4 * sizes.body_width_mm, 0.4 * sizes.body_depth_mm, 8.0])
        disc = ellipsoid(work.points, np.array([0, 0, middle]), halves)
        return replace(work, foreign=work.foreign | (np.minimum(other, disc) < 0))

    return defect


def neighbour_solid(work: Workpiece, step: int) -> Solid:
    """The next vertebra below (1) or above (-1) on the workpiece's lattice, its canal open."""
    level = min(max(work.level + step, FIRST_TARGET), LAST_TARGET)
    sizes = vertebra_sizes(level)
    upper = work.sizes if step > 0 else sizes
    distance = 0.5 * (work.sizes.height_mm + sizes.height_mm) + upper.disc_height_mm
    origin = work.frame.origin - step * distance * work.frame.axes[:, 2]
    frame = Frame(origin, work.frame.axes)
    vertebra = make_vertebra(work.lattice, level, frame, sizes, 0.0)
    solid = np.full(work.bone.shape, FAR_MM, np.float32)
    solid[vertebra.window] = vertebra.bone
    x, y, _ = work.points
    halves = 0.5 * work.sizes.canal_width_mm, 0.5 * work.sizes.canal_depth_mm
    tube = np.maximum(np.abs(x) - halves[0], np.abs(y - work.centre_mm) - halves[1])
    return np.maximum(solid, -tube.astype(np.float32))


def filled_canal(share: float = 0.4) -> Defect:
    """Fill the back of the canal (ossified ligament, a careless brush) by a share of its depth."""

    def defect(work: Workpiece) -> Workpiece:
        _, y, z = work.points
        sizes = work.sizes
        edge = work.wall_mm - (1 - share) * sizes.canal_depth_mm
        filling = (work.canal < 0) & (y < np.float32(edge))
        filling &= np.abs(z) < np.float32(0.5 * sizes.height_mm)
        return replace(work, foreign=work.foreign | filling)

    return defect


def speckles(count: int = 40, seed: int = 1) -> Defect:
    """Scatter specks of one to eight voxels through the air around the bone."""

    def defect(work: Workpiece) -> Workpiece:
        random = np.random.default_rng(seed)
        foreign = work.foreign.copy()
        for _ in range(count):
            corner = [int(random.integers(0, n - 2)) for n in foreign.shape]
            size = random.integers(1, 3, 3)
            foreign[tuple(slice(c, c + int(s)) for c, s in zip(corner, size, strict=True))] = True
        return replace(work, foreign=foreign)

    return defect


def ribs(length_mm: float = 30.0) -> Defect:
    """Leave the stumps of both ribs in the mask of a thoracic vertebra."""

    def defect(work: Workpiece) -> Workpiece:
        sizes = work.sizes
        foreign = work.foreign.copy()
        for side in (-1.0, 1.0):
            head = np.array([side * (0.5 * sizes.body_width_mm), work.wall_mm + 3, 4.0])
            stop = head + length_mm * np.array([side * 0.85, -0.5, -0.15])
            foreign |= rod(work.points, head, stop, (3.4, 3.4), (5.5, 5.5)) < 0
        return replace(work, foreign=foreign)

    return defect


def deviated_spinous(degrees: float, behind_mm: float) -> Bend:
    """A bend for `make_shape`: bone further back than `behind_mm` leans to the patient's right."""

    def bend(points: Points) -> Points:
        x, y, z = points
        lean = np.float32(np.tan(np.radians(degrees)))
        return x - lean * np.maximum(np.float32(-behind_mm) - y, 0), y, z

    return bend


def lateral_wedge(degrees: float) -> Bend:
    """A bend for `make_shape`: the vertebra is lower on the patient's left, as in scoliosis."""

    def bend(points: Points) -> Points:
        x, y, z = points
        slope = np.float32(np.tan(np.radians(degrees)) / 12)
        return x, y, z * (1 - np.clip(slope * x, -0.35, 0.35))

    return bend
