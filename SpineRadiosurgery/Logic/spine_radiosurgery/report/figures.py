"""The report's pictures as PNG files, drawn without a display."""

from __future__ import annotations

from ..dose import FallOff
from .canvas import png
from .figures_cord import draw_cord_volumes
from .figures_dvh import draw_dvh
from .figures_falloff import falloff_figure
from .figures_planes import draw_planes
from .figures_setup import draw_setup
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
        the cord volumes, `falloff.png` where a ray crosses both isodoses, `cord_volume.png`,
        `dvh.png`, and `setup.png` where setup robustness was computed. The same report gives the
        same bytes.
    """
    drawn = {
        **draw_planes(report),
        "falloff.png": _falloff(report),
        "cord_volume.png": draw_cord_volumes(report),
        "dvh.png": draw_dvh(report),
        "setup.png": draw_setup(report),
    }
    return {name: picture for name, picture in drawn.items() if picture is not None}


def _falloff(report: Report) -> bytes | None:
    found = report.falloff.found["axial"] if report.falloff else None
    figure = falloff_figure(report, found) if isinstance(found, FallOff) else None
    return png(figure) if figure else None
