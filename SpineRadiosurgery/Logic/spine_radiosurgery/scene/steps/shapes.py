"""Structures as JSON and arrays, and back, bit by bit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...case import Structure
from ...geometry import (
    ContourStack,
    Gap,
    Grid,
    HalfSpace,
    OccupancyMask,
    Slab,
    report_progress,
)
from .records import Record

Arrays = dict[str, NDArray[Any]]

_PLAIN = ("name", "number", "interpreted_type", "algorithm", "between_contours")


def shapes_record(structures: Sequence[Structure]) -> Record:
    """Return everything that structures are as a record.

    Parameters
    ----------
    structures : sequence of Structure
    """
    described: list[dict[str, Any]] = []
    arrays: Arrays = {}
    for n, structure in enumerate(structures):
        report_progress()
        entry: dict[str, Any] = {key: getattr(structure, key) for key in _PLAIN}
        entry["color"], entry["warnings"] = structure.color, structure.warnings
        if isinstance(structure.shape, ContourStack):
            own, entry["notes"] = _stack_arrays(structure.shape), structure.shape.notes
        else:
            own, entry["edges"] = _mask_arrays(structure.shape), structure.shape.edges
        if structure.clips:
            own["clips"] = np.array([[*c.normal, c.offset_mm] for c in structure.clips])
        arrays.update({f"{n}.{key}": value for key, value in own.items()})
        described.append(entry)
    return Record({"structures": described}, arrays)


def structures_in(record: Record) -> tuple[Structure, ...]:
    """Return the structures that `shapes_record` was given."""
    return tuple(
        structure_in(record, number) for number in range(len(record.document["structures"]))
    )


def structure_in(record: Record, number: int) -> Structure:
    """Return one of the structures that `shapes_record` was given."""
    entry = record.document["structures"][number]
    prefix = f"{number}."
    own = {
        key.removeprefix(prefix): value
        for key, value in record.arrays.items()
        if key.startswith(prefix)
    }
    shape: ContourStack | OccupancyMask
    if "slabs" in own:
        shape = _stack(own, tuple(entry["notes"]))
    else:
        shape = _mask(own, tuple((int(axis), int(end)) for axis, end in entry["edges"]))
    clips = tuple(HalfSpace(row[:3], float(row[3])) for row in own.get("clips", ()))
    return Structure(
        shape=shape,
        clips=clips,
        color=tuple(entry["color"]) if entry["color"] else None,
        warnings=tuple(entry["warnings"]),
        **{key: entry[key] for key in _PLAIN},
    )


def _stack_arrays(stack: ContourStack) -> Arrays:
    polygons = [polygon for slab in stack.slabs for polygon in slab.polygons]
    return {
        "frame": np.vstack([stack.origin_ras, stack.axes]),
        "slabs": np.array([[s.position_mm, s.lower_mm, s.upper_mm] for s in stack.slabs]),
        "polygons_of_slab": np.array([len(s.polygons) for s in stack.slabs], dtype=np.int64),
        "points_of_polygon": np.array([len(p) for p in polygons], dtype=np.int64),
        "points": np.concatenate(polygons) if polygons else np.empty((0, 2)),
        "gaps": np.array([[g.lower_mm, g.upper_mm] for g in stack.gaps]).reshape(-1, 2),
    }


def _stack(own: Mapping[str, NDArray[Any]], notes: tuple[str, ...]) -> ContourStack:
    polygons = np.split(own["points"], np.cumsum(own["points_of_polygon"])[:-1])
    last = np.cumsum(own["polygons_of_slab"]).tolist()
    first = [0, *last[:-1]]
    slabs = tuple(
        Slab(position, lower, upper, tuple(polygons[a:b]))
        for (position, lower, upper), a, b in zip(own["slabs"].tolist(), first, last, strict=True)
    )
    gaps = tuple(Gap(lower, upper) for lower, upper in own["gaps"].tolist())
    return ContourStack(own["frame"][0], own["frame"][1:], slabs, gaps, notes)


def _mask_arrays(mask: OccupancyMask) -> Arrays:
    return {"values": mask.values, "ijk_to_ras": mask.grid.ijk_to_ras}


def _mask(own: Mapping[str, NDArray[Any]], edges: tuple[tuple[int, int], ...]) -> OccupancyMask:
    values = own["values"]
    values.setflags(write=False)
    k, j, i = values.shape
    return OccupancyMask(values, Grid((k, j, i), own["ijk_to_ras"]), edges)
