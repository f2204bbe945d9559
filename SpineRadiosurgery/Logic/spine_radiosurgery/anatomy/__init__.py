"""The vertebral column: levels and their names."""

from __future__ import annotations

from .frame.finding import VertebraFrame
from .levels.column import (
    LEVELS,
    TRANSITIONAL,
    are_contiguous,
    in_order,
    is_below,
    shifted,
    steps_between,
)
from .levels.label_schemes import (
    ALIASES,
    SCHEMES,
    SUBREGION_SECTORS,
    LabelReading,
    level_of,
    read_labels,
)
from .levels.names import levels_in_name, renamed_level, vertebrae_in_names
from .levels.organs import LevelOrgans, expected_organs
from .levels.relabelling import check_order, relabelled
from .levels.vertebrae import vertebrae_in
from .sectors.outlines import axial_outlines
from .sectors.splitting import POSTERIOR, SECTORS, VertebraSectors, split_vertebra

__all__ = [
    "ALIASES",
    "LEVELS",
    "POSTERIOR",
    "SCHEMES",
    "SECTORS",
    "SUBREGION_SECTORS",
    "TRANSITIONAL",
    "LabelReading",
    "LevelOrgans",
    "VertebraFrame",
    "VertebraSectors",
    "are_contiguous",
    "axial_outlines",
    "check_order",
    "expected_organs",
    "in_order",
    "is_below",
    "level_of",
    "levels_in_name",
    "read_labels",
    "relabelled",
    "renamed_level",
    "shifted",
    "split_vertebra",
    "steps_between",
    "vertebrae_in",
    "vertebrae_in_names",
]
