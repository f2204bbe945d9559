"""MRML nodes from the library's objects and back; `case.mrb`. Importing it imports no slicer."""

from __future__ import annotations

from .bundle import why_unavailable, write_scene

__all__ = ["why_unavailable", "write_scene"]
