"""MRML nodes from the library's objects and back; `case.mrb`. Importing it imports no slicer."""

from __future__ import annotations

from .bundle import slicer_core_available, why_unavailable, write_scene

__all__ = ["slicer_core_available", "why_unavailable", "write_scene"]
