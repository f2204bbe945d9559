"""Volumes, masks with partial occupancy, contours: all in RAS millimetres, numpy and scipy only."""

from __future__ import annotations

from .cells import Cells, HalfSpace, voxels_per_cell
from .contours import ContourStack, Gap, Slab
from .distance import SurfaceDistance, surface_distance
from .errors import InputError
from .grid import Grid
from .isolines import trace_isolines
from .margins import expanded, margins_mm
from .masks import OccupancyMask
from .parts import SPECK_CC, Part, Sections, connected_parts, sections_along
from .structure import BETWEEN_CONTOURS, SUPERIOR, Structure
from .surface import surface_points

__all__ = [
    "BETWEEN_CONTOURS",
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
    "SurfaceDistance",
    "connected_parts",
    "expanded",
    "margins_mm",
    "sections_along",
    "surface_distance",
    "surface_points",
    "trace_isolines",
    "voxels_per_cell",
]
