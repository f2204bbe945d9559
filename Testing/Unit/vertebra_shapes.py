"""Single vertebrae with known sectors, healthy or damaged, at any orientation, as voxel masks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from spine_radiosurgery.anatomy import SECTORS
from spine_radiosurgery.geometry import Structure
from spine_radiosurgery.phantom.curve import Frame
from spine_radiosurgery.phantom.lattice import Lattice, Window
from spine_radiosurgery.phantom.levels import (
    FIRST_TARGET,
    LAST_TARGET,
    LEVELS,
    VertebraSizes,
    vertebra_sizes,
)
from spine_radiosurgery.phantom.solids import Points, oval
from spine_radiosurgery.phantom.vertebra import (
    local_points,
    make_vertebra,
    vertical_reach_mm,
)

FloatArray = NDArray[np.float64]
Solid = NDArray[np.float32]
Mask = NDArray[np.bool_]
Order = tuple[tuple[int, ...], tuple[int, ...]]
"""As in `shapes.INDEX_ORDERS`."""

Bend = Callable[[Points], Points]
"""From points of a crooked vertebra's frame to those of the straight one."""

FAR_MM = np.float32(50.0)
SWAPPED = np.array([0, 1, 3, 2, 5, 4, 6], np.uint8)
"""Labels with left and right exchanged."""


@dataclass(frozen=True, eq=False)
class VertebraShape:
    """A vertebra's mask with its truth.

    `labels` is 0 outside and n for `SECTORS[n - 1]`; `foreign` is what the mask holds besides the
    vertebra (a neighbour, specks, a filled canal); `occupancy` is the vertebra with soft edges.
    All arrays are [k, j, i]. The frame's origin is the body's centre.
    """

    level: str
    labels: NDArray[np.uint8]
    foreign: Mask
    canal: Mask
    occupancy: Solid
    ijk_to_ras: FloatArray
    frame: Frame
    sizes: VertebraSizes

    @property
    def mask(self) -> Mask:
        return (self.labels > 0) | self.foreign

    @property
    def name(self) -> str:
        return f"vertebrae_{self.level}"

    def structure(self, *, soft: bool = False) -> Structure:
        values = np.maximum(self.occupancy, self.foreign) if soft else self.mask
        return Structure.from_mask(self.name, values, self.ijk_to_ras)

    def canal_structure(self) -> Structure:
        return Structure.from_mask("SpinalCanal", self.canal, self.ijk_to_ras)

    @cached_property
    def volumes_cc(self) -> dict[str, float]:
        voxel_cc = abs(np.linalg.det(self.ijk_to_ras[:3, :3])) / 1000
        counts = np.bincount(self.labels.ravel(), minlength=len(SECTORS) + 1)[1:]
        return {name: count * voxel_cc for name, count in zip(SECTORS, counts, strict=True)}

    def mirrored(self) -> VertebraShape:
        """The mirror image: the same voxels, with R of every voxel negated and sides exchanged."""
        mirror = np.diag([-1.0, 1, 1, 1])
        axes = mirror[:3, :3] @ self.frame.axes @ mirror[:3, :3]
        return replace(
            self,
            labels=SWAPPED[self.labels],
            ijk_to_ras=mirror @ self.ijk_to_ras,
            frame=Frame(self.frame.origin * (-1, 1, 1), axes),
        )

    def turned(self, turn: Rotation) -> VertebraShape:
        """The same voxels, placed otherwise in the room: an oblique scan."""
        rigid = np.eye(4)
        rigid[:3, :3] = turn.as_matrix()
        frame = Frame(turn.apply(self.frame.origin), rigid[:3, :3] @ self.frame.axes)
        return replace(self, ijk_to_ras=rigid @ self.ijk_to_ras, frame=frame)

    def on_arrays(
        self, change: Callable[[NDArray[Any]], NDArray[Any]], ijk_to_ras: FloatArray
    ) -> VertebraShape:
        return replace(
            self,
            labels=change(self.labels),
            foreign=change(self.foreign),
            canal=change(self.canal),
            occupancy=change(self.occupancy),
            ijk_to_ras=ijk_to_ras,
        )

    def boxed(self, start_kji: Sequence[int], stop_kji: Sequence[int]) -> VertebraShape:
        box = tuple(slice(int(a), int(b)) for a, b in zip(start_kji, stop_kji, strict=True))
        matrix = self.ijk_to_ras.copy()
        matrix[:3, 3] += matrix[:3, :3] @ [box[2].start, box[1].start, box[0].start]
        return self.on_arrays(lambda values: np.ascontiguousarray(values[box]), matrix)

    def cut(self, side: str, share: float) -> VertebraShape:
        """Lose `share` of the vertebra's extent at one side to the edge of the scan.

        `side` is "superior", "inferior", "left", "right", "anterior" or "posterior".
        """
        axis = {"superior": 0, "inferior": 0, "anterior": 1, "posterior": 1}.get(side, 2)
        used = np.flatnonzero(self.mask.any(axis=tuple(n for n in range(3) if n != axis)))
        lost = round(share * len(used))
        start, stop = [0, 0, 0], list(self.labels.shape)
        if side in ("superior", "anterior", "right"):
            stop[axis] = int(used[-1]) + 1 - lost
        else:
            start[axis] = int(used[0]) + lost
        return self.boxed(start, stop)


@dataclass(frozen=True, eq=False)
class BentLattice(Lattice):
    """A lattice whose space is deformed in a vertebra's frame, for crooked vertebrae."""

    frame: Frame = field(default_factory=lambda: Frame(np.zeros(3), np.eye(3)))
    bend: Bend = field(default=lambda points: points)

    def part(self, window: Window) -> BentLattice:
        plain = super().part(window)
        return replace(self, origin=plain.origin, shape_kji=plain.shape_kji)

    def mesh(self) -> Points:
        x, y, z = self.bend(local_points(self.plain, self.frame))
        axes, origin = self.frame.axes.astype(np.float32), self.frame.origin.astype(np.float32)
        a, b, c = (origin[n] + axes[n, 0] * x + axes[n, 1] * y + axes[n, 2] * z for n in range(3))
        return a, b, c

    @property
    def plain(self) -> Lattice:
        return Lattice(self.origin, self.step, self.shape_kji)


@dataclass(frozen=True, eq=False)
class Workpiece:
    """A vertebra's solids on the whole lattice, to which defects are done."""

    level: int
    sizes: VertebraSizes
    lattice: Lattice
    frame: Frame
    points: Points
    bone: Solid
    labels: NDArray[np.uint8]
    canal: Solid
    foreign: Mask

    def without(self, region: Solid) -> Workpiece:
        """Take a solid (negative inside) out of the bone."""
        return replace(self, bone=np.maximum(self.bone, -region))

    @property
    def wall_mm(self) -> float:
        """Where the posterior wall lies along y."""
        return -0.5 * self.sizes.body_depth_mm

    @property
    def centre_mm(self) -> float:
        """Where the canal's centre lies along y."""
        return self.wall_mm - 0.5 * self.sizes.canal_depth_mm

    def finished(self) -> VertebraShape:
        labels = np.where(self.bone < 0, self.labels, 0).astype(np.uint8)
        shape = VertebraShape(
            LEVELS[self.level],
            labels,
            self.foreign & (labels == 0),
            self.canal < 0,
            np.clip(0.5 - self.bone / np.float32(np.cbrt(self.lattice.step.prod())), 0, 1),
            self.lattice.ijk_to_ras,
            self.frame,
            self.sizes,
        )
        places = np.argwhere(shape.mask)
        start = np.maximum(places.min(axis=0) - 3, 0)
        return shape.boxed(start, np.minimum(places.max(axis=0) + 4, labels.shape))


Defect = Callable[[Workpiece], Workpiece]


def make_shape(
    level: str = "L3",
    *defects: Defect,
    spacing_mm: Sequence[float] = (1.0, 1.0, 1.0),
    rotation_deg: Sequence[float] = (0.0, 0.0, 0.0),
    offset_mm: Sequence[float] = (0.0, 0.0, 0.0),
    compression: float = 0.0,
    sizes: Mapping[str, float] | None = None,
    bend: Bend | None = None,
    reach_mm: float = 0.0,
) -> VertebraShape:
    """Make one vertebra C3 to L5 in RAS index order.

    Parameters
    ----------
    level : str
    *defects : callable
        Of `vertebra_shapes_defects`, done in this order.
    spacing_mm : (3,)
        Along i, j, k.
    rotation_deg : (3,)
        Of the vertebra about the patient's R, A and S axes, in this order.
    offset_mm : (3,)
        The body's centre in RAS.
    compression : float
        Share of the anterior height lost.
    sizes : mapping
        Fields of `VertebraSizes`; a factor of the level's usual size each.
    bend : callable
        Deforms the vertebra: maps points of the crooked vertebra to those of the straight one.
    reach_mm : float
        Room for foreign parts above, below and around.
    """
    number = LEVELS.index(level)
    usual = vertebra_sizes(min(max(number, FIRST_TARGET), LAST_TARGET))
    own = {name: getattr(usual, name) * factor for name, factor in (sizes or {}).items()}
    turn = Rotation.from_euler("xyz", rotation_deg, degrees=True)
    frame = Frame(np.asarray(offset_mm, float), turn.as_matrix())
    work = make_workpiece(
        number, replace(usual, **own), frame, spacing_mm, compression, bend, reach_mm
    )
    for defect in defects:
        work = defect(work)
    return work.finished()


def make_workpiece(
    level: int,
    sizes: VertebraSizes,
    frame: Frame,
    spacing_mm: Sequence[float],
    compression: float = 0.0,
    bend: Bend | None = None,
    reach_mm: float = 0.0,
) -> Workpiece:
    """Solids of a vertebra without defects; the canal is taken out."""
    lattice: Lattice = _lattice(sizes, frame, np.asarray(spacing_mm, float), reach_mm)
    if bend is not None:
        lattice = BentLattice(lattice.origin, lattice.step, lattice.shape_kji, frame, bend)
    vertebra = make_vertebra(lattice, level, frame, sizes, compression)
    points = local_points(lattice, frame)
    canal = canal_solid(points, sizes)
    bone = np.full(lattice.shape_kji, FAR_MM, np.float32)
    bone[vertebra.window] = vertebra.bone
    labels = np.zeros(lattice.shape_kji, np.uint8)
    part = np.zeros(vertebra.bone.shape, np.uint8)
    for number in range(len(SECTORS), 0, -1):
        part[vertebra.sectors[SECTORS[number - 1]] <= 0] = number
    labels[vertebra.window] = part
    work = Workpiece(
        level, sizes, lattice, frame, points, bone, labels, canal, np.zeros(bone.shape, bool)
    )
    return work.without(canal)


def canal_solid(points: Points, sizes: VertebraSizes) -> Solid:
    """The canal beside a vertebra, from the middle of the disc above to that below."""
    x, y, z = points
    centre = -0.5 * (sizes.body_depth_mm + sizes.canal_depth_mm)
    half = 0.5 * (sizes.height_mm + sizes.disc_height_mm)
    side = oval(
        x, y - np.float32(centre), 0.5 * sizes.canal_width_mm, 0.5 * sizes.canal_depth_mm, 2.3
    )
    return np.maximum(side, np.abs(z) - np.float32(half + 6))


def _lattice(sizes: VertebraSizes, frame: Frame, step: FloatArray, reach_mm: float) -> Lattice:
    side = 0.5 * sizes.transverse_span_mm + 8 + reach_mm
    back = 0.5 * sizes.body_depth_mm + sizes.canal_depth_mm + sizes.lamina_thickness_mm
    back += sizes.spinous_length_mm * np.cos(np.radians(sizes.spinous_droop_deg)) + 10
    down, up = vertical_reach_mm(sizes)
    low = np.array([-side, -back, down - 2 - reach_mm])
    high = np.array([side, 0.5 * sizes.body_depth_mm + 8 + 0.5 * reach_mm, up + 2 + reach_mm])
    corners = np.stack(np.meshgrid(*zip(low, high, strict=True)), axis=-1).reshape(-1, 3)
    ras = frame.origin + corners @ frame.axes.T
    return Lattice.covering(ras.min(axis=0), ras.max(axis=0), step, np.zeros(3))
