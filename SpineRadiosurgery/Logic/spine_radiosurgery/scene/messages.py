"""VTK's messages to Python's logging instead of the terminal."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

LOGGER = logging.getLogger(__name__)
# Else Python prints warnings itself where the application has set up no logging.
LOGGER.addHandler(logging.NullHandler())

_LEVELS = {"ErrorEvent": logging.ERROR, "WarningEvent": logging.WARNING}


@contextmanager
def vtk_messages_to_log() -> Iterator[None]:
    """Send VTK's errors and warnings to the logger of this module, and restore the old way."""
    import vtk

    window = vtk.vtkOutputWindow()
    window.SetDisplayModeToNever()

    @vtk.calldata_type(vtk.VTK_STRING)
    def received(caller: Any, event: str, text: str) -> None:
        LOGGER.log(_LEVELS[event], " ".join(text.split()))

    for event in _LEVELS:
        window.AddObserver(event, received)
    former_window = vtk.vtkOutputWindow.GetInstance()
    former_verbosity = vtk.vtkLogger.GetCurrentVerbosityCutoff()
    vtk.vtkOutputWindow.SetInstance(window)
    vtk.vtkLogger.SetStderrVerbosity(vtk.vtkLogger.VERBOSITY_OFF)
    try:
        yield
    finally:
        vtk.vtkLogger.SetStderrVerbosity(vtk.vtkLogger.ConvertToVerbosity(former_verbosity))
        vtk.vtkOutputWindow.SetInstance(former_window)
        window.RemoveAllObservers()
