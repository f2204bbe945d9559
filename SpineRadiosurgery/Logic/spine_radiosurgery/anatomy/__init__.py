"""The vertebral column: levels and their names."""

from __future__ import annotations

from .levels import LEVELS, is_below, levels_in_name

__all__ = ["LEVELS", "is_below", "levels_in_name"]
