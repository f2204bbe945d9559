"""The report's pictures as PNG files, drawn without a display."""

from __future__ import annotations

from ...dose import FallOff
from ..model import Report
from ..targets.review import picture_of
from .canvas import png
from .cord_volume import draw_cord_volumes
from .dvh import draw_dvh
from .falloff import falloff_figure
from .planes import draw_planes
from .sectors import draw_sectors
from .setup import draw_setup


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
        `dvh.png`, `setup.png` where setup robustness was computed, and `sectors_L3.png` (with the
        level or name) of every vertebra that was split. The same report gives the same bytes.
    """
    drawn = {
        **draw_planes(report),
        "falloff.png": _falloff(report),
        "cord_volume.png": draw_cord_volumes(report),
        "dvh.png": draw_dvh(report),
        "setup.png": draw_setup(report),
        **_vertebrae(report),
    }
    return {name: picture for name, picture in drawn.items() if picture is not None}


def _falloff(report: Report) -> bytes | None:
    found = report.falloff.found["axial"] if report.falloff else None
    figure = falloff_figure(report, found) if isinstance(found, FallOff) else None
    return png(figure) if figure else None


def _vertebrae(report: Report) -> dict[str, bytes]:
    return {
        picture_of(vertebra): draw_sectors(
            vertebra.sectors,
            review.target,
            report.cord,
            gtv=review.gtv,
            image=report.case.image,
        )
        for review in report.target_reviews
        for vertebra in review.vertebrae
    }
