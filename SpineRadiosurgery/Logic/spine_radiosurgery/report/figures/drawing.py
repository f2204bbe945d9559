"""The report's pictures as PNG files, drawn without a display."""

from __future__ import annotations

from collections.abc import Callable

from ...dose import FallOff
from ...geometry import stage, with_progress
from ..model import Report
from ..targets.review import picture_of
from .canvas import png
from .cord_volume import draw_cord_volumes
from .dvh import draw_dvh
from .falloff import falloff_figure
from .planes import draw_planes
from .sectors import draw_sectors
from .setup import draw_setup
from .volume_response import draw_volume_response

Drawing = tuple[str, Callable[[Report], bytes | None]]
"""What a picture shows, and what draws it."""


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
        `dvh.png`, `setup.png` where setup robustness was computed, `volume_response.png` where
        the record has tumor volumes before and after treatment, and `sectors_L3.png` (with the
        level or name) of every vertebra that was split. The same report gives the same bytes.
    """
    with stage("Drawing the planes", 0.0, 0.3):
        drawn: dict[str, bytes | None] = {**draw_planes(report)}
    drawings: dict[str, Drawing] = {
        "falloff.png": ("the fall-off", _falloff),
        "cord_volume.png": ("the cord volume", draw_cord_volumes),
        "dvh.png": ("the dose-volume histogram", draw_dvh),
        "setup.png": ("the setup errors", draw_setup),
        "volume_response.png": ("the volume response", draw_volume_response),
    }
    with stage("", 0.3, 0.6):
        for name, (_, draw) in with_progress(
            drawings.items(), lambda entry: f"Drawing {entry[1][0]}"
        ):
            drawn[name] = draw(report)
    with stage("Drawing the sectors", 0.6, 1.0):
        drawn.update(_vertebrae(report))
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
