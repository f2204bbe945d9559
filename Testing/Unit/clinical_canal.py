"""Tumors in spinal canals of clinical size, drawn as an editor of segments would draw them.

The sections come from Ryu 2015 (Table 1, Fig. 4) and from measured anatomy, not from the limits of
the program. Canal, sac and cord are ellipses. Tumor is a lobule that grows in from one side, or
from all; the sac bulges sideways away from it, and the cord gives way, or is flattened while it
broadens. All is in millimeters, in sections across the axis of the canal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from spine_radiosurgery.geometry import Structure, trace_isolines

CANALS = {"C5": (22.0, 13.0), "T8": (17.0, 17.0), "L3": (24.0, 16.0)}
CORDS = {"C5": (13.3, 7.4), "T8": (8.3, 6.3), "L3": (12.0, 7.0)}
FATS = {  # in front, behind, at the sides
    "C5": ((1.0, 1.3), (1.0, 1.3), (1.2, 2.0)),
    "T8": ((1.0, 2.0), (1.5, 3.0), (1.5, 2.5)),
    "L3": ((1.0, 2.0), (1.5, 3.0), (2.0, 3.0)),
}
NAMES = ("tumour", "canal", "thecal_sac", "cord")
SIDES = {"front": 0.0, "oblique": 40.0, "side": 90.0, "behind": 180.0, "around": 0.0}


@dataclass(frozen=True)
class Ellipse:
    """Half axes to the left and forward, and center."""

    half: tuple[float, float]
    center: tuple[float, float] = (0.0, 0.0)

    def outside_mm(self, u: np.ndarray, v: np.ndarray) -> np.ndarray:
        """Distance to the edge, to first order; negative inside."""
        p = (u - self.center[0]) / self.half[0]
        q = (v - self.center[1]) / self.half[1]
        rho = np.maximum(np.hypot(p, q), 1e-6)
        return (rho - 1) * rho / np.maximum(np.hypot(p / self.half[0], q / self.half[1]), 1e-6)

    def reach(self, way: np.ndarray) -> tuple[float, float]:
        """Half its extent along a direction, and how far beside the center that point lies."""
        extent = float(np.hypot(self.half[0] * way[0], self.half[1] * way[1]))
        point = np.array([self.half[0] ** 2 * way[0], self.half[1] ** 2 * way[1]]) / extent
        return extent, float(point @ (-way[1], way[0]))


@dataclass(frozen=True)
class Growth:
    """What the tumor does at its tightest place."""

    side: str = "front"
    depth_mm: float = 0.0  # from the wall of the canal
    ring_mm: float = 0.0  # likewise, but all around
    shift_mm: float = 0.0  # of the cord
    flat: float = 0.0  # share of its width that the cord loses
    block: bool = False
    round_mm: float = 15.0
    length_mm: float = 20.0
    gap_to_canal_mm: float = 0.0  # of bone between tumor and canal
    rim_mm: float = 0.0  # of CSF that a block leaves all round the cord
    angle_deg: float = 0.0


@dataclass(frozen=True)
class Anatomy:
    level: str
    sac: Ellipse
    cord: Ellipse
    taper: float = 0.0  # growth of sac and cord over 25 mm upward
    tilt_deg: float = 0.0
    bend_mm: float = 0.0  # radius of the kyphosis, 0 for straight

    @property
    def canal(self) -> Ellipse:
        across, depth = CANALS[self.level]
        return Ellipse((across / 2, depth / 2))


@dataclass(frozen=True)
class Raster:
    voxel_mm: float = 0.7
    slice_mm: float = 2.0
    shift: tuple[float, float, float] = (0.0, 0.0, 0.0)  # in voxels
    partial: bool = False


@dataclass(frozen=True)
class Case:
    grade: str
    anatomy: Anatomy
    growth: Growth
    raster: Raster

    @property
    def words(self) -> str:
        a, g, r = self.anatomy, self.growth, self.raster
        return f"{self.grade}-{a.level}-{g.side}-{r.voxel_mm}x{r.slice_mm}"


# --- shapes ------------------------------------------------------------------------------------


def _profile(s: np.ndarray, length: float) -> np.ndarray:
    """1 in the middle of the tumor, falling to 0 at its ends."""
    t = np.clip((np.abs(s) / (length / 2) - 0.35) / 0.65, 0, 1)
    return np.cos(t * np.pi / 2) ** 2


def signed_mm(anatomy: Anatomy, growth: Growth, u: np.ndarray, v: np.ndarray, s: np.ndarray):
    """How far points lie outside tumor, canal, sac and cord (to first order; negative inside)."""
    canal, sac, cord = anatomy.canal, anatomy.sac, anatomy.cord
    radians = np.radians(growth.angle_deg)
    way = np.array([np.sin(radians), np.cos(radians)])
    a, b = u * way[0] + v * way[1], -u * way[1] + v * way[0]
    side = np.array([-way[1], way[0]])
    swell = 1 + anatomy.taper * s / 25
    wall, _ = canal.reach(way)
    half_sac, aside = sac.reach(way)
    half_cord, cord_aside = cord.reach(way)
    sac_a, cord_a = float(np.dot(sac.center, way)), float(np.dot(cord.center, way))
    sac_b, cord_b = float(np.dot(sac.center, side)), float(np.dot(cord.center, side))
    share = _profile(s, growth.length_mm)

    front = wall - growth.depth_mm * share
    tip = cord_b + cord_aside if growth.shift_mm or growth.flat else sac_b + aside
    lobule = a - front - (b - tip) ** 2 / (2 * growth.round_mm)
    out_canal = canal.outside_mm(u, v)
    lobule = np.maximum(lobule, out_canal + growth.ring_mm * share - 1e3 * (growth.ring_mm <= 0))

    # The cord gives way as far as the tumor has come beyond its former front.
    needed = growth.shift_mm + growth.flat * half_cord
    gone = np.clip((cord_a + half_cord - front) / needed, 0, 1) if needed else 0 * s
    flat = 1 - growth.flat * gone
    across = np.array([-way[1], way[0]])
    most = max(sac.reach(across)[0] - 0.8, 1.0) / cord.reach(across)[0]
    broad = np.minimum(flat ** (-0.4 if growth.block else -0.8), max(most, 1.0))
    a0 = cord_a + (a - cord_a + growth.shift_mm * gone) / flat
    b0 = cord_b + (b - cord_b) / broad
    out_cord = _ellipse_at(cord, a0, b0, way, swell) * np.minimum(flat, 1)

    # The sac is pushed flat by half of what is needed, and dented by the rest.
    push = np.maximum(sac_a + half_sac - front, 0)
    squeeze = 1 - 0.5 * push / (2 * half_sac)
    back = sac_a - half_sac - np.minimum(0.2 * push, 0.5)
    a1 = sac_a - half_sac + (a - back) / squeeze
    b1 = sac_b + (b - sac_b) * squeeze**0.7
    out_sac = _ellipse_at(sac, a1, b1, way, swell)
    out_cord = np.maximum(out_cord, out_canal + 0.4)
    out_sac = np.maximum.reduce([out_sac, lobule, out_canal + 0.3])
    out_sac = np.minimum(out_sac, out_cord)
    wrap = np.full_like(a, -1e3)
    if growth.block:
        closed = np.clip((gone - 0.4) / 0.5, 0, 1)
        closed = closed**2 * (3 - 2 * closed)
        out_sac = (1 - closed) * out_sac + closed * (out_cord - growth.rim_mm)
        out_sac = np.maximum(out_sac, np.minimum(out_canal, out_cord))
        middle = cord_a - growth.shift_mm * gone - 0.3 * half_cord
        behind = -1e3 if growth.side == "around" else 0.0
        wrap = np.where(closed > 0.3, np.maximum(a - middle, -behind), -1e3)
    inside_growth = np.maximum(lobule, wrap)
    in_canal = np.maximum.reduce([-inside_growth, out_canal, -out_sac, -out_cord])
    in_canal = np.where(share > 0, in_canal, 1e3)
    out_tumor = np.minimum(in_canal, _in_bone(growth, canal, a, b, s, wall, out_canal))
    return out_tumor, out_canal, out_sac, out_cord


def _ellipse_at(ellipse, a, b, way, swell):
    du = a * way[0] - b * way[1] - ellipse.center[0]
    dv = a * way[1] + b * way[0] - ellipse.center[1]
    return Ellipse(ellipse.half).outside_mm(du / swell, dv / swell)


def _in_bone(growth, canal, a, b, s, wall, out_canal):
    """The bone (or, at the sides, the tissue beside the spine) from where the tumor came."""
    long, wide = growth.length_mm / 2, 11.0
    far = (a - wall - 7) / 9
    rho = np.sqrt(far**2 + (b / wide) ** 2 + (s / long) ** 2)
    return np.maximum((rho - 1) * 8.0, growth.gap_to_canal_mm - out_canal)


# --- drawing -----------------------------------------------------------------------------------


def along_axis(anatomy: Anatomy, ras: np.ndarray):
    """Left, forward and upward along the axis of the canal, of RAS points [..., 3]."""
    u, y, z = -ras[..., 0], ras[..., 1], ras[..., 2]
    tilt = np.radians(anatomy.tilt_deg)
    y, z = y * np.cos(tilt) - z * np.sin(tilt), y * np.sin(tilt) + z * np.cos(tilt)
    if not anatomy.bend_mm:
        return u, y, z
    # Kyphosis: the center of the bend lies in front.
    ahead = anatomy.bend_mm - y
    return u, anatomy.bend_mm - np.hypot(ahead, z), anatomy.bend_mm * np.arctan2(z, ahead)


def masks(case: Case) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Occupancies by name, [k, j, i], and where the voxels are."""
    r, a = case.raster, case.anatomy
    step = np.array([r.voxel_mm, r.voxel_mm, r.slice_mm])
    tall = case.growth.length_mm / 2 + 24
    low, high = np.array([-19.0, -19.0, -tall]), np.array([19.0, 26.0, tall])
    if case.growth.side == "side":
        low, high = np.array([-26.0, -19.0, -tall]), np.array([19.0, 19.0, tall])
    elif case.growth.side == "behind":
        low, high = np.array([-19.0, -26.0, -tall]), np.array([19.0, 19.0, tall])
    low = low + np.array(r.shift) * step
    size = np.ceil((high - low) / step).astype(int)
    subs = np.array([-0.25, 0.25]) if r.partial else np.array([0.0])
    sums = [np.zeros(size[::-1], dtype=np.float32) for _ in range(4)]
    for dz in subs:
        for dy in subs:
            for dx in subs:
                at = [
                    low[i] + (np.arange(size[i]) + d) * step[i] for i, d in enumerate((dx, dy, dz))
                ]
                z, y, x = np.meshgrid(at[2], at[1], at[0], indexing="ij")
                u, v, s = along_axis(a, np.stack([x, y, z], axis=-1))
                outside = signed_mm(a, case.growth, u, v, s)
                for n, out in enumerate(outside):
                    sums[n] += (out < 0) & (np.abs(s) < tall)
    share = [total / len(subs) ** 3 for total in sums]
    matrix = np.diag([*step, 1.0])
    matrix[:3, 3] = low
    return dict(zip(NAMES, share if r.partial else [m > 0 for m in share], strict=True)), matrix


def structures(case: Case) -> dict[str, Structure]:
    drawn, matrix = masks(case)
    return {name: Structure.from_mask(name, mask, matrix) for name, mask in drawn.items()}


def contours(case: Case, step_mm: float = 0.4) -> dict[str, Structure]:
    """The same, drawn as outlines in axial planes."""
    tall = case.growth.length_mm / 2 + 24
    x, y = np.arange(-26, 26, step_mm), np.arange(-26, 26, step_mm)
    lines: dict[str, list[np.ndarray]] = {name: [] for name in NAMES}
    for z in np.arange(-tall, tall, case.raster.slice_mm):
        ras = np.stack([*np.meshgrid(x, y), np.full((len(y), len(x)), z)], axis=-1)
        outside = signed_mm(case.anatomy, case.growth, *along_axis(case.anatomy, ras))
        for name, out in zip(NAMES, outside, strict=True):
            for line in trace_isolines(np.clip(-out, -1, 1), 0.0):
                if len(line) > 8:
                    at = line * step_mm + (x[0], y[0])
                    lines[name].append(np.column_stack([at, np.full(len(at), z)]))
    spacing = case.raster.slice_mm
    return {n: Structure.from_contours(n, c, slice_spacing_mm=spacing) for n, c in lines.items()}


# --- cases -------------------------------------------------------------------------------------


def random_case(seed: int, grade: str, level: str, side: str, voxel: float, **raster) -> Case:
    """A clinically clear case of a grade."""
    rng = np.random.default_rng(seed)
    front, behind, beside = (rng.uniform(*limits) for limits in FATS[level])
    across, deep = CANALS[level]
    sac = Ellipse((across / 2 - beside, (deep - front - behind) / 2), (0.0, (behind - front) / 2))
    angle = SIDES[side]
    if side == "around":
        angle = float(rng.uniform(0, 90))
    elif side == "oblique":
        angle = float(rng.uniform(25, 60))
    bent = rng.integers(3)
    anatomy = Anatomy(
        level,
        sac,
        Ellipse(tuple(x / 2 for x in CORDS[level]), (0.0, sac.center[1])),
        taper=float(rng.uniform(-0.03, 0.03)),
        tilt_deg=float(rng.uniform(-20, 20)) if bent == 1 else 0.0,
        bend_mm=float(rng.uniform(90, 160)) if bent == 2 else 0.0,
    )
    raster.setdefault("slice_mm", float(rng.choice([1.0, 2.0, 3.0])))
    growth = Growth(
        side,
        angle_deg=angle,
        round_mm=float(rng.uniform(12, 40)),
        length_mm=float(rng.uniform(12 if grade == "V" else 8, 30)),
    )
    anatomy, growth = (_cauda if level == "L3" and grade > "I" else _cord)(
        rng, grade, anatomy, growth
    )
    shift = tuple(float(x) for x in rng.uniform(0, 1, 3))
    return Case(grade, anatomy, growth, Raster(voxel, shift=shift, **raster))


def _cord(rng, grade: str, anatomy: Anatomy, growth: Growth) -> tuple[Anatomy, Growth]:
    radians = np.radians(growth.angle_deg)
    way = np.array([np.sin(radians), np.cos(radians)])
    wall, _ = anatomy.canal.reach(way)
    half_sac, _ = anatomy.sac.reach(way)
    half_cord, _ = anatomy.cord.reach(way)
    sac_a = float(np.dot(anatomy.sac.center, way))
    fat = wall - sac_a - half_sac
    around = growth.side == "around"
    if grade == "0":
        return anatomy, replace(growth, depth_mm=-5.0, gap_to_canal_mm=float(rng.uniform(0.7, 2)))
    if grade == "I":
        depth = float(fat * rng.uniform(0.8, 1.0))
        return anatomy, replace(
            growth,
            depth_mm=depth,
            ring_mm=_least(anatomy, anatomy.sac) * 0.9 if around else 0.0,
            round_mm=30.0,
        )
    room = half_sac - half_cord  # of CSF, on either side of the cord
    push = float(rng.uniform(1.5, min(3.0, max(2 * room - 1.9, 1.5))))
    # The cord lies off the middle of the sac, on a spine that was so before the tumor came.
    off = {"II": max(push + 1.05 - room, rng.uniform(-0.3, 0.3))}.get(grade)
    if off is None:
        off = float(rng.uniform(-0.4, 0.4)) * min(room, 1.5)
    cord = replace(anatomy.cord, center=tuple(np.array(anatomy.sac.center) - off * way))
    anatomy = replace(anatomy, cord=cord)
    if grade == "II":
        ring = (
            min(_least(anatomy, anatomy.cord) - 1.05, _least(anatomy, anatomy.sac) + 1.5)
            if around
            else 0.0
        )
        return anatomy, replace(growth, depth_mm=fat + push, ring_mm=ring)
    ring = max(_least(anatomy, anatomy.cord) - 0.8, 0.0) if around else 0.0
    touching = wall - (float(np.dot(cord.center, way)) + half_cord)
    if grade == "III":
        return anatomy, replace(growth, depth_mm=touching + 0.3, ring_mm=ring)
    behind = room - off + 0.4  # of CSF behind the cord, with what the sac gives way
    if grade == "V":
        flat = float(rng.uniform(0.25, 0.5))
        shift = behind + flat * half_cord - 0.6
    else:
        flat = float(rng.choice([0.0, rng.uniform(0.2, 0.5)]))
        shift = min(float(rng.uniform(2, 4)), behind + flat * half_cord - 1.0)
        if shift < 2:
            flat = float(rng.uniform(0.25, 0.5))
            shift = max(min(float(rng.uniform(0, 3)), behind + flat * half_cord - 1.0), 0.0)
    return anatomy, replace(
        growth,
        depth_mm=touching + shift + flat * half_cord,
        shift_mm=shift,
        flat=flat,
        block=grade == "V",
        ring_mm=ring,
    )


def _cauda(rng, grade: str, anatomy: Anatomy, growth: Growth) -> tuple[Anatomy, Growth]:
    """II fills 20 or 35 % of the canal, IV 65 or 90 %."""
    wanted = float(rng.choice([0.2, 0.35] if grade == "II" else [0.65, 0.9]))
    roots = replace(anatomy.cord, half=(4.0, 2.0), center=(0.0, -2.0))
    anatomy = replace(anatomy, cord=roots)
    u, v = np.meshgrid(np.arange(-13, 13, 0.1), np.arange(-9, 9, 0.1))
    inside = anatomy.canal.outside_mm(u, v) < 0
    growth = replace(growth, round_mm=60.0)
    radians = np.radians(growth.angle_deg)
    way = np.array([np.sin(radians), np.cos(radians)])
    half, _ = roots.reach(way)
    low, high = 0.0, 30.0
    for _ in range(30):
        depth = (low + high) / 2
        growth = replace(growth, depth_mm=depth)
        # The roots give way as far as they must.
        touching = anatomy.canal.reach(way)[0] - float(np.dot(roots.center, way)) - half
        pressed = max(depth - touching, 0.0)
        growth = replace(growth, flat=min(0.7, pressed / (2 * half)), shift_mm=0.0)
        growth = replace(growth, shift_mm=max(pressed - growth.flat * half, 0.0))
        out = signed_mm(anatomy, growth, u, v, np.zeros_like(u))[0]
        low, high = (
            (depth, high) if ((out < 0) & inside).sum() < wanted * inside.sum() else (low, depth)
        )
    return anatomy, growth


def _least(anatomy: Anatomy, ellipse: Ellipse) -> float:
    t = np.linspace(0, 2 * np.pi, 200)
    u = ellipse.center[0] + ellipse.half[0] * np.cos(t)
    v = ellipse.center[1] + ellipse.half[1] * np.sin(t)
    return float(-anatomy.canal.outside_mm(u, v).max())


def depth_sweep(case: Case, step_mm: float = 1.25) -> list[Case]:
    """Tumor that grows deeper: the cord gives way, and is flattened where it meets the wall."""
    anatomy, growth = case.anatomy, replace(case.growth, ring_mm=0.0)
    radians = np.radians(growth.angle_deg)
    way = np.array([np.sin(radians), np.cos(radians)])
    half_cord, half_sac = anatomy.cord.reach(way)[0], anatomy.sac.reach(way)[0]
    cord_a, sac_a = (float(np.dot(e.center, way)) for e in (anatomy.cord, anatomy.sac))
    touching = anatomy.canal.reach(way)[0] - cord_a - half_cord
    room = half_sac - half_cord + cord_a - sac_a
    cases = [replace(case, growth=replace(growth, depth_mm=-1.0, gap_to_canal_mm=1.0))]
    for depth in np.arange(0.0, touching + room + half_cord, step_mm):
        pushed = max(float(depth) - touching, 0.0)
        flat = min(max(pushed - room, 0.0) / (2 * half_cord), 0.7)
        deeper = replace(
            growth, depth_mm=float(depth), flat=flat, shift_mm=pushed - flat * half_cord
        )
        cases.append(replace(case, growth=deeper))
    return cases
