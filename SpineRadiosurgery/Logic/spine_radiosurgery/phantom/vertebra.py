"""One vertebra: its solids in its own frame, and the borders of its six sectors.

Local coordinates in mm from the body's centre: x to the patient's right, y anterior, z up the
vertebra's axis. Positive solids follow `solids`: negative inside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .curve import Frame
from .lattice import FloatArray, Lattice, Volume, Window
from .levels import LEVELS, VertebraSizes
from .solids import Points, oval, rod, smooth_intersection, smooth_union

_LAST_CERVICAL, _FIRST_LUMBAR = LEVELS.index("C7"), LEVELS.index("L1")


@dataclass(frozen=True, eq=False)
class VertebraSolids:
    """A vertebra evaluated on a window of the column's lattice.

    `body` is the vertebral body alone, `bone` the whole vertebra; `sectors` are regions of space
    (negative inside) that divide the bone without gap or overlap.
    """

    level: int
    frame: Frame
    sizes: VertebraSizes
    window: Window
    points: Points
    body: Volume
    bone: Volume
    sectors: dict[str, Volume]


def local_points(lattice: Lattice, frame: Frame) -> Points:
    """Coordinates of a lattice's voxels in a vertebra's frame."""
    offsets = [grid - np.float32(frame.origin[n]) for n, grid in enumerate(lattice.mesh())]
    axes = frame.axes.astype(np.float32)
    x, y, z = (
        offsets[0] * axes[0, n] + offsets[1] * axes[1, n] + offsets[2] * axes[2, n]
        for n in range(3)
    )
    return x, y, z


def make_vertebra(
    lattice: Lattice, level: int, frame: Frame, sizes: VertebraSizes, compression: float
) -> VertebraSolids:
    """Evaluate a vertebra around its frame; the canal is not yet taken out.

    Parameters
    ----------
    lattice : Lattice
        Of the whole column.
    level : int
        Index into `LEVELS`; decides the regional shape.
    frame : Frame
    sizes : VertebraSizes
    compression : float
        Share of the anterior height that the upper endplate has lost.
    """
    window = _window(lattice, frame, sizes)
    points = local_points(lattice.part(window), frame)
    body = body_solid(points, sizes, compression)
    arch = _arch(points, level, sizes)
    bone = smooth_union(body, arch, 1.5)
    return VertebraSolids(
        level, frame, sizes, window, points, body, bone, _sectors(points, body, sizes)
    )


def body_outline(points: Points, sizes: VertebraSizes, waist: Volume | float = 1.0) -> Volume:
    """Kidney-shaped cylinder along z: flattened oval with a concave posterior wall."""
    x, y, _ = points
    half_width, half_depth = 0.5 * sizes.body_width_mm, 0.5 * sizes.body_depth_mm
    hollow = 0.07 * half_depth * np.exp(-((x / np.float32(0.5 * half_width)) ** 2))
    hollowed = y - hollow * np.clip(-y / np.float32(half_depth), 0, 1)
    # The waist narrows the sides and the front; the posterior wall runs straight up.
    drawn_in = np.where(y > 0, y / waist, hollowed)
    return oval(x / waist, drawn_in, half_width, half_depth, power=2.4)


def body_solid(points: Points, sizes: VertebraSizes, compression: float) -> Volume:
    """Vertebral body with waist and concave endplates; compression sinks the upper one in front."""
    _, y, z = points
    half_depth = np.float32(0.5 * sizes.body_depth_mm)
    front = np.clip(0.5 + 0.5 * y / half_depth, 0, 1)
    rise = sizes.anterior_height_mm - sizes.posterior_height_mm
    half_height = 0.5 * (sizes.posterior_height_mm + front * np.float32(rise))
    loss = np.float32(compression * sizes.anterior_height_mm) * front
    waist = 1 - np.float32(0.08) * np.clip(1 - (z / half_height) ** 2, 0, 1)
    side = body_outline(points, sizes, waist)
    # Endplates are deepest in the middle, about 6 % of the height.
    dish = np.float32(0.06 * sizes.height_mm) * np.clip(-side / half_depth, 0, 1)
    caps = np.maximum(z - (half_height - loss - dish), -(half_height - dish) - z)
    return smooth_intersection(side, caps, 1.5)


def _window(lattice: Lattice, frame: Frame, sizes: VertebraSizes) -> Window:
    reach = 0.5 * sizes.transverse_span_mm + 6
    droop = np.radians(sizes.spinous_droop_deg)
    back = 0.5 * sizes.body_depth_mm + sizes.canal_depth_mm + sizes.lamina_thickness_mm
    back += sizes.spinous_length_mm * np.cos(droop)
    down, up = vertical_reach_mm(sizes)
    corners = np.array(
        [
            [x, y, z]
            for x in (-reach, reach)
            for y in (-back - 8, 0.5 * sizes.body_depth_mm + 6)
            for z in (down, up)
        ]
    )
    ras = frame.origin + corners @ frame.axes.T
    return lattice.window(ras.min(axis=0), ras.max(axis=0))


def vertical_reach_mm(sizes: VertebraSizes) -> tuple[float, float]:
    """Lowest and highest height over the body's centre that a vertebra's processes may reach."""
    facets = 0.5 * sizes.posterior_height_mm + sizes.disc_height_mm
    droop = sizes.spinous_length_mm * np.sin(np.radians(sizes.spinous_droop_deg))
    tip = 0.15 * sizes.lamina_height_mm + 0.5 * sizes.spinous_height_mm + droop
    return -max(facets + 8, tip + 4), facets + 8


def _sectors(points: Points, body: Volume, sizes: VertebraSizes) -> dict[str, Volume]:
    """Borders: posterior wall, coronal plane through the canal's centre, the canal's middle third.

    The spinous process is what stands out behind the laminae, which bound the canal.

    Bone beside the canal but lateral of the pedicle (a cervical transverse process) or above the
    body (the superior articular process) is lamina.
    """
    x, y, z = points
    wall = np.float32(-0.5 * sizes.body_depth_mm)
    centre = np.float32(wall - 0.5 * sizes.canal_depth_mm)
    back = np.float32(wall - sizes.canal_depth_mm - sizes.lamina_thickness_mm)
    lateral = np.float32(0.5 * sizes.canal_width_mm + sizes.pedicle_width_mm + 2)
    in_body = np.minimum(body, np.maximum(wall - y, body - np.float32(2)))
    top = np.float32(0.5 * sizes.posterior_height_mm + 2)
    pedicle = np.maximum(np.maximum(centre - y, np.abs(x) - lateral), -in_body)
    pedicle = np.maximum(pedicle, z - top)
    spinous = np.maximum(y - back, np.abs(x) - np.float32(sizes.canal_width_mm / 6))
    spinous = np.maximum(spinous, -in_body)
    rest = np.maximum(np.maximum(-in_body, -pedicle), -spinous)
    return {
        "body": in_body,
        "left_pedicle": np.maximum(pedicle, x),
        "right_pedicle": np.maximum(pedicle, -x),
        "left_lamina": np.maximum(rest, x),
        "right_lamina": np.maximum(rest, -x),
        "spinous_process": spinous,
    }


def _arch(points: Points, level: int, sizes: VertebraSizes) -> Volume:
    """Pedicles, laminae, transverse, articular and spinous processes; the sides are mirrored."""
    mirrored = (np.abs(points[0]), points[1], points[2])
    parts = [*_side_rods(mirrored, level, sizes), _spinous_process(points, level, sizes)]
    arch = parts[0]
    for part in parts[1:]:
        arch = smooth_union(arch, part, 2.0)
    return arch


def _side_rods(points: Points, level: int, sizes: VertebraSizes) -> list[Volume]:
    width, depth = sizes.canal_width_mm, sizes.canal_depth_mm
    pedicle, thickness = sizes.pedicle_width_mm, sizes.lamina_thickness_mm
    half = 0.5 * sizes.posterior_height_mm
    wall = -0.5 * sizes.body_depth_mm
    centre = wall - 0.5 * depth
    cervical, lumbar = level <= _LAST_CERVICAL, level >= _FIRST_LUMBAR
    x_pedicle = 0.5 * (width + pedicle)
    x_root = min(x_pedicle, 0.5 * sizes.body_width_mm - 0.4 * pedicle)
    z_pedicle = 0.0 if cervical else half - 0.5 * sizes.pedicle_height_mm - 1
    x_lamina = 0.5 * width + 0.5 * thickness
    z_lamina = 0.0 if cervical else -0.15 * sizes.lamina_height_mm
    shoulder = _vector(x_lamina, centre - 1, z_lamina + 2)
    bulge = 0.4 * thickness
    bend = _vector(0.36 * width + bulge, centre - 0.36 * depth - bulge, z_lamina)
    ridge = _vector(0, centre - 0.5 * depth - 0.5 * thickness, z_lamina - 2)
    plate = (0.5 * thickness, 0.5 * thickness), (0.4 * sizes.lamina_height_mm,) * 2
    facet = (3.2, 2.8), (4.5, 3.5)
    x_facet = x_lamina + (2.0 if cervical else 0.5)
    reach = half + sizes.disc_height_mm
    rods = [
        rod(
            points,
            _vector(x_root, wall + 4, z_pedicle),
            _vector(x_pedicle, centre - 1, z_pedicle - 1),
            (0.5 * pedicle, 0.5 * pedicle),
            (0.5 * sizes.pedicle_height_mm,) * 2,
        ),
        rod(points, shoulder, bend, *plate),
        rod(points, bend, ridge, *plate),
        # Superior articular process, then the inferior one behind the next level's.
        rod(
            points,
            _vector(x_facet, centre - 1, z_lamina + 3),
            _vector(x_facet, centre - 0.18 * depth, reach + (0 if cervical else 3)),
            *facet,
        ),
        rod(
            points,
            _vector(x_facet - 1.5, bend[1] - 0.5, z_lamina),
            _vector(x_facet - (3.5 if lumbar else 1.0), bend[1] - 2.5, -reach - 3),
            *facet,
        ),
    ]
    sweep = np.radians(sizes.transverse_sweep_deg)
    start = _vector(x_pedicle, wall + 1, 0) if sweep < 0 else _vector(x_lamina, centre - 2, 3)
    length = (0.5 * sizes.transverse_span_mm - 3 - start[0]) / np.cos(sweep)
    rise = -0.2 if cervical else 0.1
    stop = start + max(length, 3.0) * _vector(np.cos(sweep), -np.sin(sweep), rise)
    rods.append(rod(points, start, stop, (3.5, 2.8), (3.5 if cervical else 4.5, 3.5)))
    return rods


def _spinous_process(points: Points, level: int, sizes: VertebraSizes) -> Volume:
    """Cervical: short; thoracic: long and pointing down; lumbar: a broad hatchet."""
    lumbar = level >= _FIRST_LUMBAR
    back = -0.5 * sizes.body_depth_mm - sizes.canal_depth_mm
    droop = np.radians(sizes.spinous_droop_deg)
    start = _vector(0, back - 0.4 * sizes.lamina_thickness_mm, -0.15 * sizes.lamina_height_mm)
    stop = start + sizes.spinous_length_mm * _vector(0, -np.cos(droop), -np.sin(droop))
    half_height = 0.5 * sizes.spinous_height_mm
    tip = half_height if lumbar else 0.7 * half_height
    return rod(points, start, stop, (2.6, 3.4 if lumbar else 2.8), (half_height, tip))


def _vector(x: float, y: float, z: float) -> FloatArray:
    return np.array([x, y, z], dtype=np.float64)
