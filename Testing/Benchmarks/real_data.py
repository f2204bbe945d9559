"""The real cases that lie beside the checkout."""

from __future__ import annotations

import os
from pathlib import Path

from page import ROOT


def data_folder() -> Path | None:
    """`SPINE_RADIOSURGERY_DATA`, else ../shared/data of the checkout; None where missing."""
    folder = Path(os.environ.get("SPINE_RADIOSURGERY_DATA") or ROOT.parent / "shared" / "data")
    return folder if folder.is_dir() else None
