"""Volumes, masks with partial occupancy, contours: all in RAS millimetres, numpy and scipy only."""

from __future__ import annotations

from .cells import Cells, HalfSpace
from .contours import ContourStack, Gap, Slab
from .errors import InputError
from .grid import Grid
from .isolines import trace_isolines
from .masks import OccupancyMask
from .parts import SPECK_CC, Part, Sections, connected_parts, sections_along
from .structure import SUPERIOR, Structure

__all__ = [
    "SPECK_CC",
    "SUPERIOR",
    "Cells",
    "ContourStack",
    "Gap",
    "Grid",
    "HalfSpace",
    "InputError",
    "OccupancyMask",
    "Part",
    "Sections",
    "Slab",
    "Structure",
    "connected_parts",
    "sections_along",
    "trace_isolines",
]
