"""A spinal canal in closed form: sac, cord and epidural tumor of known shape along a bent axis."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapes import at

from spine_radiosurgery.geometry import Structure, trace_isolines

FloatArray = NDArray[np.float64]

FRONT, BEHIND, LEFT, RIGHT = (0.0, 1.0), (0.0, -1.0), (-1.0, 0.0), (1.0, 0.0)
"""Where the tumor comes from, in right and anterior."""
NAMES = ("tumour", "canal", "thecal_sac", "cord")


@dataclass(frozen=True)
class Oval:
    """An ellipse in the cross-section, its middle and its half axes in right and anterior (mm)."""

    middle: tuple[float, float]
    half: tuple[float, float]

    @property
    def area_mm2(self) -> float:
        return np.pi * self.half[0] * self.half[1]

    def edge_mm(self, toward: tuple[float, float]) -> float:
        """How far it reaches in a direction."""
        normal = np.array(toward)
        return float(np.dot(self.middle, normal) + np.linalg.norm(np.array(self.half) * normal))

    def area_beyond_mm2(self, toward: tuple[float, float], edge_mm: float) -> float:
        """Area beyond a straight edge across a direction."""
        normal = np.array(toward)
        reach = float(np.linalg.norm(np.array(self.half) * normal))
        share = np.clip((edge_mm - float(np.dot(self.middle, normal))) / reach, -1.0, 1.0)
        return float(self.area_mm2 / np.pi * (np.arccos(share) - share * np.sqrt(1 - share**2)))


@dataclass(frozen=True)
class CanalPhantom:
    """Canal, sac, cord and tumor; the deformation is full over `length_mm` and fades at its ends.

    A tumor comes from `direction` with a straight edge `depth_mm` inside the wall of the canal, or
    from all round (`ring_mm`: what it takes off the sac's half axes). It reaches `outside_mm`
    beyond the wall. The cord moves by `cord_shift_mm` away from it and keeps `cord_width_share` of
    its width in that direction. `block`: the sac is drawn around the cord alone, tumor fills the
    rest.
    """

    canal: Oval = Oval((0.0, 0.0), (8.5, 8.5))
    sac: Oval = Oval((0.0, -0.3), (7.1, 6.6))
    cord: Oval | None = Oval((0.0, 0.4), (4.15, 3.15))
    direction: tuple[float, float] = FRONT
    depth_mm: float = 0.0
    ring_mm: float | None = None
    block: bool = False
    cord_shift_mm: float = 0.0
    cord_width_share: float = 1.0
    outside_mm: float = 6.0
    length_mm: float = 16.0
    fade_mm: float = 5.0
    at_mm: float = 0.0
    height_mm: float = 76.0
    cord_end_mm: float | None = None
    radius_mm: float | None = None
    tilt_deg: float = 0.0
    taper_per_mm: float = 0.0
    shift_ras: tuple[float, float, float] = (0.0, 0.0, 0.0)

    @property
    def tightest_sac(self) -> Oval:
        taken = self.ring_mm or 0.0
        return replace(self.sac, half=(self.sac.half[0] - taken, self.sac.half[1] - taken))

    @property
    def edge_mm(self) -> float:
        """Where the tumor's straight edge lies in the tightest section."""
        return self.canal.edge_mm(self.direction) - self.depth_mm

    @property
    def tightest_cord(self) -> Oval:
        assert self.cord is not None
        return _moved(self.cord, self.direction, self.cord_shift_mm, self.cord_width_share)

    @property
    def filled_percent(self) -> float:
        """Share of the canal that tumor fills in the tightest section."""
        if self.block:
            return 100.0 * (1.0 - self.tightest_cord.area_mm2 / self.canal.area_mm2)
        if self.ring_mm is not None:
            return 100.0 * (1.0 - self.tightest_sac.area_mm2 / self.canal.area_mm2)
        beyond = self.canal.area_beyond_mm2(self.direction, self.edge_mm)
        return 100.0 * beyond / self.canal.area_mm2

    @property
    def sac_loss_percent(self) -> float:
        if self.block:
            return 100.0 * (1.0 - self.tightest_cord.area_mm2 / self.sac.area_mm2)
        if self.ring_mm is not None:
            return 100.0 * (1.0 - self.tightest_sac.area_mm2 / self.sac.area_mm2)
        beyond = self.sac.area_beyond_mm2(self.direction, self.edge_mm)
        return 100.0 * beyond / self.sac.area_mm2

    @property
    def cord_loss_percent(self) -> float:
        return 100.0 * (1.0 - self.cord_width_share)

    @property
    def gap_mm(self) -> float:
        """From a tumor with a straight edge to the cord."""
        return self.edge_mm - self.tightest_cord.edge_mm(self.direction)

    @property
    def csf_percent(self) -> float:
        """CSF left where tumor leaves the cord alone."""
        assert self.cord is not None
        before = self.sac.area_mm2 - self.cord.area_mm2
        left = self.sac.area_mm2 * (1 - self.sac_loss_percent / 100) - self.tightest_cord.area_mm2
        return 100.0 * left / before

    def inside(self, points_ras: FloatArray) -> dict[str, NDArray[np.bool_]]:
        """Whether points (..., 3) lie in each structure."""
        along, right, anterior = self._local(points_ras)
        size = 1.0 + self.taper_per_mm * along
        x, y = right / size, anterior / size
        share = self._share(along)
        canal = _within(x, y, self.canal) & (abs(along) < self.height_mm / 2)
        cord = self._cord(x, y, along, share)
        sac = self._sac(x, y, share, cord) & canal
        tumour = self._tumour(x, y, canal & ~sac, share)
        return {"tumour": tumour, "canal": canal, "thecal_sac": sac, "cord": cord & sac}

    def _local(self, points_ras: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        right, anterior, superior = np.moveaxis(points_ras - np.array(self.shift_ras), -1, 0)
        turn = np.deg2rad(self.tilt_deg)
        along = np.cos(turn) * superior + np.sin(turn) * anterior
        anterior = np.cos(turn) * anterior - np.sin(turn) * superior
        if self.radius_mm is None:
            return along, right, anterior
        # A circle in the sagittal plane whose middle lies in front (kyphosis) or behind (lordosis).
        side = np.sign(self.radius_mm)
        ahead = abs(self.radius_mm) - side * anterior
        return (
            abs(self.radius_mm) * np.arctan2(along, ahead),
            right,
            self.radius_mm - side * np.hypot(along, ahead),
        )

    def _share(self, along: FloatArray) -> FloatArray:
        beyond = np.abs(along - self.at_mm) - self.length_mm / 2
        fade = np.clip(1.0 - beyond / self.fade_mm, 0.0, 1.0)
        return 0.5 - 0.5 * np.cos(np.pi * fade)

    def _cord(
        self, x: FloatArray, y: FloatArray, along: FloatArray, share: FloatArray
    ) -> NDArray[np.bool_]:
        if self.cord is None:
            return np.zeros(x.shape, dtype=bool)
        normal = np.array(self.direction)
        ahead = (x - self.cord.middle[0]) * normal[0] + (y - self.cord.middle[1]) * normal[1]
        across = (x - self.cord.middle[0]) * normal[1] - (y - self.cord.middle[1]) * normal[0]
        reach = np.linalg.norm(np.array(self.cord.half) * normal)
        width = np.linalg.norm(np.array(self.cord.half) * normal[::-1])
        kept = 1.0 - share * (1.0 - self.cord_width_share)
        ahead = (ahead + share * self.cord_shift_mm) / (reach * kept)
        inside = ahead**2 + (across / width) ** 2 < 1
        return inside if self.cord_end_mm is None else inside & (along > self.cord_end_mm)

    def _sac(
        self, x: FloatArray, y: FloatArray, share: FloatArray, cord: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        sac = _within(x, y, self.sac, share * (self.ring_mm or 0.0))
        if self.block:
            return np.where(share > 0.99, cord, sac)
        return sac if self.ring_mm is not None else sac & ~self._beyond(x, y, share)

    def _beyond(self, x: FloatArray, y: FloatArray, share: FloatArray) -> NDArray[np.bool_]:
        edge = self.canal.edge_mm(self.direction) - share * self.depth_mm
        return x * self.direction[0] + y * self.direction[1] >= edge

    def _tumour(
        self, x: FloatArray, y: FloatArray, epidural: NDArray[np.bool_], share: FloatArray
    ) -> NDArray[np.bool_]:
        has_tumour = share > 0
        if self.ring_mm is not None or self.block:
            return epidural & has_tumour
        canal = _within(x, y, self.canal)
        normal = np.array(self.direction)
        wall = self.canal.edge_mm(self.direction)
        ahead = (x * normal[0] + y * normal[1] - wall) / self.outside_mm
        across = (x * normal[1] - y * normal[0]) / 9.0
        bone = (ahead**2 + across**2 < 1) & ~canal
        return ((epidural & self._beyond(x, y, share)) | bone) & has_tumour

    def masks(
        self,
        pixel_mm: float = 0.6,
        slice_mm: float = 1.5,
        *,
        samples: int = 1,
        turn: FloatArray | None = None,
        origin_ras: tuple[float, float, float] = (0.0, 0.0, 0.0),
    ) -> dict[str, Structure]:
        """Structures from masks on one grid, `samples` points an edge in every voxel's plane."""
        half = np.array([*self._half_mm, 0.5 * self.height_mm + 4])
        shape = np.ceil(2 * half / (pixel_mm, pixel_mm, slice_mm)).astype(int)
        matrix = np.eye(4)
        axes = np.eye(3) if turn is None else turn
        matrix[:3, :3] = axes * (pixel_mm, pixel_mm, slice_mm)
        middle = np.array(self.shift_ras) + np.array(origin_ras)
        matrix[:3, 3] = middle - matrix[:3, :3] @ ((shape - 1) / 2)
        k, j, i = np.meshgrid(*(np.arange(n) for n in shape[::-1]), indexing="ij")
        ijk = np.stack([i, j, k], axis=-1)
        sub = (np.arange(samples) + 0.5) / samples - 0.5
        shares: dict[str, Any] = dict.fromkeys(NAMES, 0.0)
        for offset in itertools.product(sub, sub, (0.0,)):
            points = (ijk + offset) @ matrix[:3, :3].T + matrix[:3, 3]
            for name, mask in self.inside(points).items():
                shares[name] = shares[name] + mask / samples**2
        return {n: Structure.from_mask(n, m, matrix) for n, m in shares.items() if np.any(m)}

    def contours(self, slice_mm: float = 2.0, *, offset_mm: float = 0.0) -> dict[str, Structure]:
        """Structures from axial contours, as a planning system draws them."""
        step = 0.25
        right, anterior = (
            np.arange(-half, half, step) + shift
            for half, shift in zip(self._half_mm, self.shift_ras, strict=False)
        )
        planes = np.arange(-0.5 * self.height_mm - 4, 0.5 * self.height_mm + 4, slice_mm)
        found: dict[str, list[FloatArray]] = {name: [] for name in NAMES}
        y, x = np.meshgrid(anterior, right, indexing="ij")
        for plane in planes + offset_mm + self.shift_ras[2]:
            points = np.stack([x, y, np.full_like(x, plane)], axis=-1)
            for name, mask in self.inside(points).items():
                for line in trace_isolines(mask.astype(float)):
                    if len(line) > 12:
                        found[name].append(at(line * step + (right[0], anterior[0]), plane))
        return {
            n: Structure.from_contours(n, c, slice_spacing_mm=slice_mm)
            for n, c in found.items()
            if c
        }

    @property
    def _half_mm(self) -> FloatArray:
        """Half of the images' width and depth."""
        around = np.array(self.canal.half) + max(self.outside_mm + 2.0, 8.0)
        return np.array([around[0], around[1] + self._bow_mm()])

    def _bow_mm(self) -> float:
        """How far the axis leaves a straight line."""
        tilt = abs(np.tan(np.deg2rad(self.tilt_deg))) * 0.5 * self.height_mm
        return tilt + (
            0.0 if self.radius_mm is None else self.height_mm**2 / 8 / abs(self.radius_mm)
        )


def _moved(oval: Oval, direction: tuple[float, float], by_mm: float, share: float) -> Oval:
    normal = np.array(direction)
    middle = np.array(oval.middle) - normal * by_mm
    half = np.array(oval.half) * np.where(np.abs(normal) > 0.5, share, 1.0)
    return Oval((float(middle[0]), float(middle[1])), (float(half[0]), float(half[1])))


def _within(x: FloatArray, y: FloatArray, oval: Oval, less: FloatArray | float = 0.0) -> NDArray:
    return ((x - oval.middle[0]) / (oval.half[0] - less)) ** 2 + (
        (y - oval.middle[1]) / (oval.half[1] - less)
    ) ** 2 < 1


def of_grade(
    code: str, direction: tuple[float, float] = FRONT, voxel_mm: float = 0.5, **more: Any
) -> CanalPhantom:
    """A canal with the cord whose grade is clear at this size of voxels.

    Every distance that a grade turns on is one to three voxels from what would make it another.
    """
    room = max(2.0 * voxel_mm, 2.0)
    # A cord of fewer voxels cannot be told from a deformed one.
    cord = Oval((0.0, 0.0), (7.0, 4.5) if voxel_mm >= 1 else (4.6, 4.0))
    dent = max(1.0, voxel_mm) + 1.8 * voxel_mm
    fat, csf = 2.0 * room, dent + max(2.6 * voxel_mm, 2.6)
    sac = Oval((0.0, 0.0), (cord.half[0] + csf, cord.half[1] + csf))
    canal = Oval((0.0, 0.0), (sac.half[0] + fat, sac.half[1] + fat))
    base = CanalPhantom(canal, sac, cord, direction, **more)
    wall = canal.edge_mm(direction)
    to_sac, to_cord = wall - sac.edge_mm(direction), wall - cord.edge_mm(direction)
    changes: dict[str, dict[str, Any]] = {
        "0": {},
        "I": {"depth_mm": to_sac - 0.8 * room},
        "II": {"depth_mm": to_sac + dent},
        "III": {"depth_mm": to_cord},
        "IV": {"depth_mm": to_cord + room, "cord_shift_mm": room},
        "V": {"block": True, "cord_shift_mm": room, "cord_width_share": 0.6},
    }
    return replace(base, **changes[code])


def all_round(code: str, voxel_mm: float = 0.5, **more: Any) -> CanalPhantom:
    """Likewise, of tumor that grows around the sac."""
    base = of_grade("0", voxel_mm=voxel_mm, **more)
    assert base.cord is not None
    csf = base.sac.half[0] - base.cord.half[0]
    changes: dict[str, dict[str, Any]] = {
        "II": {"ring_mm": csf - max(2.6 * voxel_mm, 2.6)},
        "III": {"ring_mm": csf},
        "V": {"block": True, "cord_width_share": 0.6},
    }
    return replace(base, **changes[code])


def of_cauda_grade(
    code: str, direction: tuple[float, float] = FRONT, voxel_mm: float = 0.5, **more: Any
) -> CanalPhantom:
    """A lumbar canal without a cord whose grade is clear at this size of voxels."""
    room = max(2.0 * voxel_mm, 2.0)
    sac = Oval((0.0, 0.0), (8.5, 6.0))
    canal = Oval((0.0, 0.0), (8.5 + 2 * room, 6.0 + 2 * room))
    base = CanalPhantom(canal, sac, None, direction, **more)
    wall = canal.edge_mm(direction)
    fat = wall - sac.edge_mm(direction)
    # Half of the canal lies beyond its middle.
    depths = {
        "0": 0.0,
        "I": 0.7 * fat,
        "II": fat + max(1.0, voxel_mm) + 1.8 * voxel_mm,
        "IV": 1.35 * wall,
    }
    return replace(base, depth_mm=depths[code])
