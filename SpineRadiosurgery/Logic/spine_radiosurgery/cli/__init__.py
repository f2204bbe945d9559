"""The command line: `spine-radiosurgery`."""

from __future__ import annotations

from .app import main

__all__ = ["main"]
