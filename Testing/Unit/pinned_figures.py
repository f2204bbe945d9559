"""Figures of small bodies and plans that must stay as they are: one function a part of the library.

`python Testing/Unit/pinned_figures.py` writes them anew, where a change is meant; needs the
library on the path.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation
from shapes import affine, at, centred_affine, circle, ellipse, rectangle, voxel_centres

from spine_radiosurgery import resources
from spine_radiosurgery.cord import centreline_of, cord_volumes, prv
from spine_radiosurgery.dose import (
    DoseGrid,
    SetupScenario,
    dose_indices,
    fall_off,
    isodose_volume,
    random_scenarios,
    sample_dose,
    setup_robustness,
    sum_doses,
)
from spine_radiosurgery.geometry import (
    Cells,
    HalfSpace,
    Structure,
    connected_parts,
    distance_to_skin,
    expanded,
    finest_lattice,
    layers_of,
    sections_along,
    skin_near,
    surface_distance,
    surface_points,
)
from spine_radiosurgery.tolerance import (
    EvaluatedStructure,
    SetupUncertainty,
    assess_robustness,
    evaluate_protocol,
    read_protocol,
)

STORED = Path(__file__).with_suffix(".json")
TURN = Rotation.from_euler("xyz", (12, -25, 40), degrees=True)
ASKED = (
    "Mean[Gy]", "D98%[Gy]", "D95%[Gy]", "D50%[Gy]", "D10%[Gy]", "D2%[Gy]", "D0.035cc[Gy]",
    "Max[Gy]", "Min[Gy]", "V10Gy[%]", "V10Gy[cc]",
)  # fmt: skip


def numbers(thing: Any) -> Iterator[float]:
    """All numbers of a result; of a longer array its size and its first moments."""
    if isinstance(thing, Mapping):
        for value in thing.values():
            yield from numbers(value)
    elif isinstance(thing, np.ndarray) and thing.size > 12:
        yield from moments(np.nan_to_num(thing.astype(np.float64)))
    elif isinstance(thing, (list, tuple, np.ndarray)):
        for value in thing:
            yield from numbers(value)
    elif isinstance(thing, (bool, int, float, np.generic)):
        yield float(thing)
    elif isinstance(thing, Cells) or (is_dataclass(thing) and not isinstance(thing, Structure)):
        for field in fields(thing):
            yield from numbers(getattr(thing, field.name))
    elif isinstance(thing, Structure):
        yield from (thing.volume_cc, *thing.bounds_ras().ravel())


def moments(values: np.ndarray) -> Iterator[float]:
    """Of a list of points or cells those of every column, of a volume those along its axes."""
    yield float(len(values))
    columns = values.reshape(len(values), -1).T
    if len(columns) > 9:
        places = np.meshgrid(*[np.arange(n) for n in values.shape], indexing="ij")
        columns = np.stack([values.ravel(), *((values * place).ravel() for place in places)])
    for column in columns:
        yield float(column.sum())
        yield float(np.abs(column).sum())
        yield float((column**2).sum())
    yield float(np.prod(columns[:3], axis=0).sum())


def ring_and_block() -> list[np.ndarray]:
    """A ring with a notched block beside it, planes 2 mm apart and one of them missing."""
    notched = np.array([[9, -3], [15, -3], [15, 3], [12.4, 3], [12.2, -1], [12, 3], [9, 3]])
    contours = []
    for n, height in enumerate((-6.0, -4.0, -2.0, 0.0, 4.0, 6.0)):
        middle = (0.3 * n, -0.2 * n)
        contours += [at(ellipse((7, 5), middle, 40), height), at(circle(2.5, middle, 24), height)]
        if n < 4:
            contours.append(at(notched, height))
    return contours


@cache
def ring() -> Structure:
    return Structure.from_contours("Ring", ring_and_block(), slice_positions_mm=range(-10, 12, 2))


@cache
def tilted_ring() -> Structure:
    return Structure.from_contours("Tilted", [TURN.apply(c) for c in ring_and_block()])


@cache
def soft_egg() -> Structure:
    """A mask with partial voxels of three sizes, turned."""
    shape, spacing = (14, 18, 22), (1.3, 1.1, 1.9)
    matrix = centred_affine(shape, spacing, TURN)
    points = voxel_centres(shape, matrix) / (11.0, 7.0, 10.0)
    share = np.clip(3.0 * (1.0 - np.linalg.norm(points, axis=-1)), 0.0, 1.0)
    return Structure.from_mask("Egg", share, matrix)


@cache
def bowed_cord() -> Structure:
    heights = np.arange(-30.0, 31.0, 2.0)
    middles = [(0.03 * h, 0.004 * h**2) for h in heights]
    return Structure.from_contours(
        "SpinalCord",
        [at(ellipse((5.2, 3.9), m, 48), h) for m, h in zip(middles, heights, strict=True)],
    )


@cache
def target() -> Structure:
    outlines = [ellipse((14, 9), (1.0, 19 + 0.1 * h), 48) for h in np.arange(-9.0, 10.0, 3.0)]
    heights = np.arange(-9.0, 10.0, 3.0)
    return Structure.from_contours(
        "CTV", [at(o, h) for o, h in zip(outlines, heights, strict=True)]
    )


@cache
def dose(interpolation: str = "trilinear", spacing: float = 2.5) -> DoseGrid:
    """16 Gy around the target, falling toward the cord along a curve."""
    count = int(np.ceil(90 / spacing))
    shape = (int(np.ceil(110 / spacing)), count, count)
    matrix = centred_affine(shape, (spacing, spacing, spacing * 1.1))
    matrix[:3, 3] += (0.4, 8.3, 0.2)
    away = np.linalg.norm((voxel_centres(shape, matrix) - (1, 19, 0)) / (16, 11, 13), axis=-1)
    return DoseGrid(17.5 / (1.0 + (away / 1.35) ** 5), matrix, interpolation)


def cells() -> Iterator[Any]:
    for body in (ring(), tilted_ring(), soft_egg()):
        for step in (0.7, 1.6, 5.0):
            yield body.cells(step)
    clipped = ring().clipped(HalfSpace(TURN.apply([0, 0, 1.0]), 3.1))
    yield clipped.cells(0.9)
    yield clipped.volume_cc
    yield ring().cells(3.0).cut(0.9, ring().contains)
    yield soft_egg().cells(2.0).cut(0.8)


def parts_and_sections() -> Iterator[Any]:
    oblique = TURN.apply([0.0, 0.0, 1.0])
    for body in (ring(), tilted_ring(), soft_egg()):
        for axis in ((0.0, 0.0, 1.0), oblique):
            yield connected_parts(body, axis)
            found = sections_along(body, axis, step_mm=1.5)
            yield found.position_mm, found.area_mm2, found.centroid_ras
            yield body.extent_mm(axis)
        yield body.between(-2.7, 3.3)
    yield ring().gaps


def interpolation() -> Iterator[Any]:
    lower = [at(circle(6, (0, 0), 40), 0.0), at(circle(2, (0, 1), 24), 0.0)]
    upper = [at(ellipse((3, 2), (-4, 0), 32), 3.0), at(rectangle(3, 5, (4, 1)), 3.0)]
    lone = [at(circle(2.2, (-4.5, 0.5), 24), 6.0)]
    forked = Structure.from_contours("Forked", [*lower, *upper, *lone], between="linear")
    for body in (forked, ring().interpolated(), target().interpolated()):
        yield body
        yield [(slab.lower_mm, slab.upper_mm, slab.area_mm2) for slab in body.shape.slabs]
        yield sections_along(body).centroid_ras


def margins() -> Iterator[Any]:
    pebble = [at(ellipse((2.4, 1.7), (0.3 * h, 0), 24), h) for h in (-1.0, 0.0, 1.0)]
    stone = Structure.from_contours("Pebble", pebble)
    turned = Structure.from_contours("Turned", [TURN.apply(c) for c in pebble])
    some = soft_egg().mask.values[5:8, 7:11, 8:13]
    chip = Structure.from_mask("Chip", some, np.diag([1.0, 1.2, 1.5, 1.0]))
    for body in (stone, turned, chip):
        yield expanded(body, 1.3).mask.values
        yield expanded(body, (0.6, 0.9, 1.3, 0, 1.1, 0.7)).mask.values
    yield prv(stone, (1.0, 1.0, 0.5, 0.5, 1.0, 1.0))


def surfaces() -> Iterator[Any]:
    box = np.array([[-3.0, -6.0, -5.0], [8.0, 4.0, 5.0]])
    for body in (ring(), tilted_ring(), soft_egg(), ring().between(-3.3, 2.1, (0.6, 0.0, 0.8))):
        yield body.surface_points(0.8)
    yield ring().shape.gaps
    for body in (ring(), soft_egg()):
        yield surface_points(body, 0.6, box=box)
        yield surface_points(body, 0.6, box=box, smooth=False)
    yield surface_distance(ring(), target())
    yield surface_distance(soft_egg(), target())
    yield surface_distance(target(), bowed_cord())
    yield surface_distance(
        target(), Structure.from_contours("Other", target().shape.contours_ras()[2:4])
    )


def skin() -> Iterator[Any]:
    heights = np.arange(-40.0, 41.0, 5.0)
    body = Structure.from_contours(
        "External", [at(ellipse((60 + 0.1 * h, 45), (0, 10), 60), h) for h in heights]
    )
    yield distance_to_skin(target(), body, reach_mm=12.0)
    yield skin_near(body, target(), thickness_mm=4.0, reach_mm=8.0).mask.values
    shape, turned = (
        (15, 30, 34),
        np.array([[0, 0, 3.5, -50], [-3, 0, 0, 50], [0, -2, 0, 26], [0, 0, 0, 1.0]]),
    )
    place = voxel_centres(shape, turned) / (24.0, 30.0, 99.0) - (0.0, 0.3, 0.0)
    share = np.clip(8.0 * (1.0 - np.hypot(place[..., 0], place[..., 1])), 0.0, 1.0)
    voxels = Structure.from_mask("External", share, turned)
    yield distance_to_skin(target(), voxels)
    yield skin_near(voxels, target(), thickness_mm=6.0, reach_mm=5.0).mask.values


def occupancy() -> Iterator[Any]:
    grids = [
        ((20, 22, 30), affine((1.4, 1.5, 1.3), (-14, -15, -13))),
        ((20, 22, 30), affine((1.4, 1.5, 1.3), (-16, -10, -13), TURN)),
    ]
    for body in (ring(), soft_egg(), ring().between(-3.3, 2.1, (0.6, 0.0, 0.8))):
        for shape, matrix in grids:
            yield body.mask_on(shape, matrix)
    bodies = [ring(), soft_egg(), target()]
    lattice = finest_lattice(bodies)
    yield lattice
    yield [layer.labels for layer in layers_of(bodies, lattice)]
    yield [layer.labels for layer in layers_of([ring(), target()], finest_lattice([target()]))]


def metrics() -> Iterator[Any]:
    at_the_edge = at(circle(9, (44, 8), 40), 0.0)
    outside = Structure.from_contours("Half outside", [at_the_edge], slice_spacing_mm=9.0)
    for body in (target(), bowed_cord(), soft_egg(), ring().interpolated(), outside):
        for grid in (dose(), dose("cubic")):
            samples = sample_dose(body, grid, metrics=ASKED)
            yield len(samples.dose_gy), samples.volume_cc, samples.outside_dose_cc
            found = [samples.metric(name) for name in ASKED]
            yield [(m.value, np.nan_to_num(m.uncertainty)) for m in found]
            yield samples.hottest_point_ras
    coarse = sample_dose(target(), dose(), step_mm=3.0)
    yield coarse.cumulative(np.linspace(0, 20, 41))
    yield coarse.spread_gy


def plan_quality() -> Iterator[Any]:
    for grid in (dose(), dose("cubic", 4.0)):
        samples = sample_dose(target(), grid)
        found = dose_indices(samples, grid, prescription_gy=14.0, target=target())
        yield found.values()
        yield found.uncertainties
        for level in (2.0, 9.0, 16.9):
            yield isodose_volume(grid, level)


def falls() -> Iterator[Any]:
    for plane in ("axial", "3d"):
        yield fall_off(target(), bowed_cord(), dose(), prescription_gy=14.0, plane=plane)
        yield fall_off(
            target(), bowed_cord(), dose(), prescription_gy=14.0, plane=plane, toward=(0, -1, 0),
            from_percent=80.0, to_percent=40.0,
        )  # fmt: skip
    cut = target().between(-5.0, 4.0, (0.1, 0.2, np.sqrt(0.95)))
    yield fall_off(cut, bowed_cord(), dose(), prescription_gy=14.0, plane="3d")


def setups() -> Iterator[Any]:
    asked = (*ASKED, "V90%[%]")
    scenarios = (
        SetupScenario("one", (1.0, -0.5, 2.0), (1.0, 0.0, -2.0)),
        *random_scenarios(12, seed=5),
    )
    bodies = [target(), bowed_cord()]
    found = setup_robustness(
        bodies, dose(), center_ras=(1.0, 19.0, 0.0), scenarios=scenarios,
        metrics={body.name: asked for body in bodies}, prescription_gy=14.0,
    )  # fmt: skip
    for each in found.structures.values():
        yield each.volume_cc, each.metrics, each.outside_share
        yield each.band().median_cc, each.band().low_cc, each.band().high_cc


def sums() -> Iterator[Any]:
    for parts in ([dose(), dose()], [dose(), dose("cubic", 4.0)], [dose("trilinear", 1.7), dose()]):
        total = sum_doses(parts)
        yield total.dose.values_gy
        yield total.dose.grid


def tolerances() -> Iterator[Any]:
    cord, (volume,) = bowed_cord(), cord_volumes(bowed_cord(), target())
    bodies = (target(), cord, volume.structure)
    samples = {body.name: sample_dose(body, dose()) for body in bodies}
    for identifier in ("ryu-2015", "hytec-cord"):
        protocol = read_protocol(resources.path("Protocols") / f"{identifier}.json")
        for fractions in protocol.fractions[:2]:
            results = evaluate_protocol(
                protocol,
                {body.name: EvaluatedStructure(body.name, samples[body.name]) for body in bodies},
                fractions=fractions,
                plan_maximum_gy=dose().max_gy,
                prescription_gy=14.0,
            )
            yield [(r.limit, np.nan_to_num(r.value), np.nan_to_num(r.uncertainty)) for r in results]
            found = assess_robustness(
                protocol, results, fractions=fractions, targets=(target(),), cord=cord,
                cord_volumes=(volume,), dose=dose(), samples=samples, prescription_gy=14.0,
                setup=SetupUncertainty(scenarios=15),
            )  # fmt: skip
            yield {k: v for k, v in found.to_dict().items() if k != "dvh_band"}


def cords() -> Iterator[Any]:
    line = centreline_of(bowed_cord())
    yield line.points_ras, line.arc_mm, line.tangent(9.0), line.point(-4.0), line.tilt_deg(-9, 12)
    yield cord_volumes(bowed_cord(), target())
    yield cord_volumes(bowed_cord(), target(), mode="centreline", margin_mm=25.0)


FIGURES: dict[str, Callable[[], Iterator[Any]]] = {
    each.__name__: each
    for each in (
        cells, parts_and_sections, interpolation, margins, surfaces, skin, occupancy, metrics,
        plan_quality, falls, setups, sums, tolerances, cords,
    )
}  # fmt: skip


def figures_of(name: str) -> list[float]:
    return list(numbers(list(FIGURES[name]())))


if __name__ == "__main__":
    found = {name: figures_of(name) for name in FIGURES}
    rounded = {name: [float(f"{x:.11g}") for x in values] for name, values in found.items()}
    STORED.write_text(json.dumps(rounded) + "\n", encoding="utf-8")
