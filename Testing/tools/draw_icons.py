"""Draw the extension's PNG pictures: `python Testing/tools/draw_icons.py` (needs PySide6).

Resources/Icons/SpineRadiosurgery.png from the SVG beside it, drawn by Qt as 3D Slicer draws it;
SpineRadiosurgeryDemo.png, the picture of the demo case in the Sample Data module.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from spine_radiosurgery.phantom import SpinePhantom, make_phantom
from spine_radiosurgery.report.figures.canvas import DPI, new_figure, png
from spine_radiosurgery.report.figures.colours import (
    CORD,
    ON_IMAGE,
    TARGET,
    dose_colours,
    wash_opacity,
)
from spine_radiosurgery.report.figures.plane_drawing import (
    axis_mm,
    draw_image,
    draw_outline,
    extent_mm,
)
from spine_radiosurgery.report.figures.resampling import dose_on, plane_through

ICONS = Path(__file__).resolve().parents[2] / "SpineRadiosurgery" / "Resources" / "Icons"
ICON_PIXELS = 128
"""What the Extensions Index asks for."""
DEMO_PIXELS = 260
"""Width and height of a Sample Data picture."""
HALF_MM = 52.0
"""From the middle of the target to the picture's edges."""


def rendered(svg: Path, pixels: int) -> QImage:
    """Draw an SVG into a square picture on a transparent ground."""
    image = QImage(pixels, pixels, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(svg)).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    return image


def demo_picture() -> Image.Image:
    """Draw an axial plane of the demo case: CT, dose wash, two isodoses, target and cord."""
    phantom = SpinePhantom()
    case = make_phantom(phantom)
    assert case.dose is not None
    target, cord = case.structure(f"CTV_{phantom.level}"), case.structure("SpinalCord")
    middle = target.bounds_ras().mean(axis=0)
    plane = plane_through(middle, "axial", middle - HALF_MM, middle + HALF_MM, step_mm=0.4)
    figure = new_figure(2 * DEMO_PIXELS / DPI, 2 * DEMO_PIXELS / DPI)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    draw_image(axes, case.image, plane)
    dose = dose_on(case.dose, plane)
    axes.imshow(
        dose, cmap=dose_colours(), vmin=0.0, vmax=case.dose.max_gy, extent=extent_mm(plane),
        alpha=wash_opacity(dose / phantom.prescription_gy),
    )  # fmt: skip
    levels = [0.5 * phantom.prescription_gy, 0.9 * phantom.prescription_gy]
    axes.contour(*axis_mm(plane), dose, levels=levels, colors=["white"], linewidths=[1.5])
    draw_outline(axes, target, plane, ON_IMAGE[TARGET])
    draw_outline(axes, cord, plane, ON_IMAGE[CORD])
    width, height = plane.size_mm
    axes.set(xlim=(0, width), ylim=(height, 0), xticks=[], yticks=[])
    picture = Image.open(io.BytesIO(png(figure))).convert("RGB")
    return picture.resize((DEMO_PIXELS, DEMO_PIXELS), Image.Resampling.LANCZOS).quantize(
        256, method=Image.Quantize.MAXCOVERAGE
    )


def main() -> None:
    """Draw both."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication.instance() or QGuiApplication([])
    icon = rendered(ICONS / "SpineRadiosurgery.svg", ICON_PIXELS)
    icon.save(str(ICONS / "SpineRadiosurgery.png"))
    del application
    demo_picture().save(ICONS / "SpineRadiosurgeryDemo.png", optimize=True)


if __name__ == "__main__":
    main()
