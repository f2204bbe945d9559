"""Volumes, masks with partial occupancy, contours: all in RAS millimeters, numpy and scipy only."""

from __future__ import annotations

from .cells import Cells, HalfSpace, voxels_per_cell
from .contours import ContourStack, Gap, Slab
from .distance import SurfaceDistance, nearest_neighbours, surface_distance
from .errors import InputError
from .grid import Grid
from .isolines import trace_isolines
from .label_layers import Layer, are_aligned, cropped_to, finest_lattice, layers_of
from .label_map import LabelledRegion, LabelMap
from .margins import expanded, margins_mm
from .masks import OccupancyMask
from .motion import moved, rigid_matrix
from .parts import SPECK_CC, Part, Sections, connected_parts, sections_along
from .progress import (
    Cancelled,
    awaited,
    beside,
    listening,
    report_progress,
    stage,
    with_progress,
)
from .skin import distance_to_skin, skin_near
from .standard_order import in_standard_order, voxels_in_standard_order
from .structure import BETWEEN_CONTOURS, SUPERIOR, Structure
from .surface import surface_points
from .whole_files import whole_file, whole_files, whole_folder

__all__ = [
    "BETWEEN_CONTOURS",
    "SPECK_CC",
    "SUPERIOR",
    "Cancelled",
    "Cells",
    "ContourStack",
    "Gap",
    "Grid",
    "HalfSpace",
    "InputError",
    "LabelMap",
    "LabelledRegion",
    "Layer",
    "OccupancyMask",
    "Part",
    "Sections",
    "Slab",
    "Structure",
    "SurfaceDistance",
    "are_aligned",
    "awaited",
    "beside",
    "connected_parts",
    "cropped_to",
    "distance_to_skin",
    "expanded",
    "finest_lattice",
    "in_standard_order",
    "layers_of",
    "listening",
    "margins_mm",
    "moved",
    "nearest_neighbours",
    "report_progress",
    "rigid_matrix",
    "sections_along",
    "skin_near",
    "stage",
    "surface_distance",
    "surface_points",
    "trace_isolines",
    "voxels_in_standard_order",
    "voxels_per_cell",
    "whole_file",
    "whole_files",
    "whole_folder",
    "with_progress",
]
