"""A test host for scripted modules of 3D Slicer, without 3D Slicer.

`start_host()` gives real MRML by the package slicer-core (scene, logics, segmentations, files), and
PySide6 dressed up as the widgets that a panel meets in Slicer. Nothing is faked that slicer-core
has. It is not a second Slicer: what it cannot show is listed in docs/slicer-checklist.md.

    from host import start_host

    host = start_host()
    host.load_module("SpineRadiosurgery/SpineRadiosurgery.py")
    widget = host.widget("SpineRadiosurgery")
    host.click(widget.ui.evaluateButton)
    host.screenshot(widget, "panel.png")
    host.stop()

Needs slicer-core and PySide6-Essentials; `missing.why_unavailable()` says what is not there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .missing import why_unavailable

if TYPE_CHECKING:
    from .start import Host

__all__ = ["Host", "start_host", "why_unavailable"]


def start_host(*args: Any, **kwargs: Any) -> Host:
    """See `host.start.start_host`; imported only here, so that its absence can be told first."""
    from .start import start_host as start

    return start(*args, **kwargs)
