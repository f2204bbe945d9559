"""Say what this machine lacks for the host, in words a person can act on."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import sys

QT_PACKAGES = "libegl1 libgl1 libxkbcommon0 libfontconfig1 libdbus-1-3 libglib2.0-0"
# Its emit() takes one reference to True away every time; True is immortal only since Python 3.12.
BROKEN_PYSIDE = "6.12.0"


def why_unavailable(*, widgets: bool = True) -> str:
    """Return one sentence about what is missing; "" when the host can start."""
    # Another package on the index is called slicer, too: slicer-core's own one tells.
    if importlib.util.find_spec("slicer_core") is None:
        return "slicer-core is not installed (no build for Linux on ARM and Intel Macs)"
    if not widgets:
        return ""
    if importlib.util.find_spec("PySide6") is None:
        return "PySide6-Essentials is not installed: no stand-in for the widgets of Slicer"
    version = importlib.metadata.version("PySide6-Essentials")
    if version == BROKEN_PYSIDE and sys.version_info < (3, 12):
        return (
            f"PySide6 {version} crashes Python before 3.12: pip install PySide6-Essentials==6.11.3"
        )
    try:
        for name in ("QtCore", "QtGui", "QtWidgets", "QtUiTools"):
            importlib.import_module(f"PySide6.{name}")
    except ImportError as error:
        return f"PySide6 cannot be loaded ({error}): sudo apt install {QT_PACKAGES}"
    return ""
