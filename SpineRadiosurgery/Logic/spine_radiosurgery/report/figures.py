"""The report's pictures as PNG files, drawn without a display."""

from __future__ import annotations

from .figures_cord import draw_cord_volumes
from .figures_dvh import draw_dvh
from .figures_planes import draw_planes
from .model import Report


def draw_figures(report: Report) -> dict[str, bytes]:
    """Draw all pictures of a report.

    Parameters
    ----------
    report : Report

    Returns
    -------
    dict
        File name to PNG: `axial.png`, `sagittal.png`, `coronal.png` through the hottest point of
        the cord volumes, `cord_volume.png`, `dvh.png`. The same report gives the same bytes.
    """
    return {
        **draw_planes(report),
        "cord_volume.png": draw_cord_volumes(report),
        "dvh.png": draw_dvh(report),
    }
