"""Contours on the CT slices, as a planning system stores structures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..case import Structure
from ..geometry import report_progress, trace_isolines
from .column import Column
from .lattice import FloatArray, Lattice, Volume
from .levels import LEVELS
from .parameters import SpinePhantom
from .targets import TargetSolids
from .torso import Torso

# A speck that nobody would draw.
_SMALLEST_MM2 = 3.0
_FLAT_MM = 0.01
_RED, _ORANGE, _PINK = (228, 26, 28), (255, 127, 0), (247, 129, 191)
_YELLOW, _CYAN, _BLUE = (255, 221, 51), (102, 217, 239), (55, 126, 184)
_GREEN, _GREY, _BROWN = (77, 175, 74), (150, 150, 150), (166, 118, 82)
_BONE, _IVORY = (214, 201, 160), (241, 214, 145)


def draw_structures(
    lattice: Lattice,
    torso: Torso,
    column: Column,
    targets: TargetSolids,
    parameters: SpinePhantom,
) -> tuple[Structure, ...]:
    """Draw targets, neural structures, vertebrae, organs and skin, numbered in this order."""
    level = parameters.level
    pen = _Pen(lattice.axis(2))
    pen.draw(f"GTV_{level}", "GTV", _ORANGE, targets.gtv, column.lattice)
    pen.draw(f"CTV_{level}", "CTV", _RED, targets.ctv, column.lattice)
    if parameters.ptv_margin_mm > 0:
        pen.draw(f"PTV_{level}", "PTV", _PINK, targets.ptv, column.lattice)
    canal, around = column.canal, column.lattice.part(column.canal.window)
    pen.draw("SpinalCord", "ORGAN", _YELLOW, canal.cord, around)
    pen.draw("CaudaEquina", "ORGAN", _YELLOW, canal.cauda, around)
    pen.draw("ThecalSac", "ORGAN", _CYAN, canal.sac, around)
    pen.draw("SpinalCanal", "ORGAN", _BLUE, canal.canal, around)
    report_progress(fraction=0.2)
    for index in parameters.complete_levels:
        vertebra = column.vertebrae[index]
        part = column.lattice.part(vertebra.window)
        label = padded(LEVELS[index])
        body = np.maximum(vertebra.bone, vertebra.sectors["body"])
        pen.draw(f"VB_{label}", "ORGAN", _BONE, body, part)
        pen.draw(f"Vertebra_{label}", "ORGAN", _IVORY, vertebra.bone, part)
    report_progress(fraction=0.6)
    _draw_torso(pen, lattice, torso)
    return tuple(pen.structures)


def padded(level: str) -> str:
    """TG-263 spelling of a level: T8 is T08."""
    return f"{level[0]}{int(level[1:]):02d}"


def _draw_torso(pen: _Pen, lattice: Lattice, torso: Torso) -> None:
    parts: dict[str, list[FloatArray]] = {}
    for organ in torso.region.organs:
        report_progress(f"Drawing {organ.name}" if organ.name else "")
        found = torso.organ(lattice, organ) if organ.name else None
        if found:
            contours = trace_solid(found[1], lattice.part(found[0]))
            parts.setdefault(organ.name, []).extend(contours)
    for name, contours in parts.items():
        pen.add(name, "ORGAN", _GREEN if "Lung" in name else _BROWN, contours)
    report_progress("Drawing External", 0.8)
    outline = trace_solid(torso.skin(lattice), lattice)
    heights = lattice.axis(2)
    skin = [np.column_stack([c[:, :2], np.full(len(c), z)]) for z in heights for c in outline]
    pen.add("External", "EXTERNAL", _GREY, skin)


class _Pen:
    """Collects structures, numbered as drawn."""

    def __init__(self, slice_positions_mm: FloatArray) -> None:
        self.structures: list[Structure] = []
        self._positions = slice_positions_mm.tolist()

    def draw(
        self,
        name: str,
        interpreted_type: str,
        color: tuple[int, int, int],
        solid: Volume,
        lattice: Lattice,
    ) -> None:
        """Trace a solid and add it."""
        report_progress(f"Drawing {name}")
        self.add(name, interpreted_type, color, trace_solid(solid, lattice))

    def add(
        self,
        name: str,
        interpreted_type: str,
        color: tuple[int, int, int],
        contours: Sequence[FloatArray],
    ) -> None:
        """Add a structure; one that is not in the image is left out."""
        if not contours:
            return
        report_progress()
        spacing = self._positions[1] - self._positions[0]
        self.structures.append(
            Structure.from_contours(
                name,
                contours,
                slice_spacing_mm=spacing,
                slice_positions_mm=self._positions,
                number=len(self.structures) + 1,
                interpreted_type=interpreted_type,
                algorithm="AUTOMATIC",
                color=color,
            )
        )


def trace_solid(solid: Volume, lattice: Lattice) -> Sequence[FloatArray]:
    """Axial contours of a solid's surface, one (n, 3) RAS polygon each, rounded to 0.001 mm."""
    contours = []
    within = solid < 0
    for k in np.flatnonzero(within.any(axis=(1, 2))):
        height = lattice.origin[2] + lattice.step[2] * k
        rows, columns = (np.flatnonzero(within[k].any(axis=n)) for n in (1, 0))
        row, column = max(rows[0] - 1, 0), max(columns[0] - 1, 0)
        plane = solid[k, row : rows[-1] + 2, column : columns[-1] + 2]
        for polygon in trace_isolines(-plane, level=0.0):
            x = lattice.origin[0] + lattice.step[0] * (polygon[:, 0] + column)
            y = lattice.origin[1] + lattice.step[1] * (polygon[:, 1] + row)
            points = np.round(np.column_stack([x, y, np.full_like(x, height)]), 3)
            points = _thinned(points[(points != np.roll(points, 1, axis=0)).any(axis=1)])
            if len(points) >= 3 and _area_mm2(points) >= _SMALLEST_MM2:
                contours.append(points)
    return contours


def _thinned(points: FloatArray) -> FloatArray:
    """Drop vertices that nearly lie on the line between their neighbours, in three passes.

    Of two neighbours at most one is dropped in a pass, so that a slow curve keeps its shape.
    """
    for _ in range(3):
        before, after = np.roll(points, 1, axis=0), np.roll(points, -1, axis=0)
        chord, arm = (after - before)[:, :2], (points - before)[:, :2]
        length = np.maximum(np.hypot(*chord.T), 1e-6)
        off = np.abs(chord[:, 0] * arm[:, 1] - chord[:, 1] * arm[:, 0]) / length
        drop = (off < _FLAT_MM) & (np.arange(len(points)) % 2 == 1)
        if len(points) - np.count_nonzero(drop) < 8:
            break
        points = points[~drop]
    return points


def _area_mm2(points: FloatArray) -> float:
    x, y = points[:, 0] - points[0, 0], points[:, 1] - points[0, 1]
    return abs(float(0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)))
