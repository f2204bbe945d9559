"""The picture of a vertebra's sectors with target and cord."""

from __future__ import annotations

from .drawing import draw_sectors

__all__ = ["draw_sectors"]
