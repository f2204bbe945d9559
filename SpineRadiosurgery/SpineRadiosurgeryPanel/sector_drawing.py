"""A small axial drawing of the six sectors of a vertebra, which can be clicked."""

import math

import qt
from slicer.i18n import tr as _

from spine_radiosurgery.report.palette import SECTOR_COLOURS

SIDE = 172
"""Width and height in pixels."""
EDGE = 14
SHARPNESS = 2.0
"""Pixels that are drawn for each one shown, so that screens of high density show sharp lines."""


def sectorColor(sector):
    """Return the color of a sector in pictures and views."""
    return qt.QColor(SECTOR_COLOURS[sector])


def colorIcon(color):
    """Return a small square of a color, for a check box."""
    pixmap = qt.QPixmap(12, 12)
    pixmap.fill(color)
    return qt.QIcon(pixmap)


class _ClickableLabel(qt.QLabel):
    """A label that tells where it was clicked."""

    onClicked = None

    def mousePressEvent(self, event):
        """Qt calls this."""
        if self.onClicked is not None:
            self.onClicked(event.x(), event.y())


class SectorDrawing:
    """The vertebra seen from below: the patient's right on the left, anterior up.

    Chosen sectors are filled, others outlined.

    :param layout: where to put it.
    :param onClicked: called with the sector that was clicked.
    """

    def __init__(self, layout, onClicked):
        self.onClicked = onClicked
        self.label = _ClickableLabel()
        self.label.setObjectName("targetSectorDrawing")
        self.label.setFixedSize(SIDE, SIDE)
        self.label.onClicked = self._onClicked
        layout.addWidget(self.label)
        self._shown = None
        self._paths = {}
        self.pixmap = None

    def show(self, outlines, chosen):
        """Draw the sectors.

        :param outlines: closed lines by sector, mm toward the vertebra's right and anterior; None
          draws a schematic vertebra.
        :param chosen: the sectors to fill.
        """
        shown = (id(outlines), tuple(sorted(chosen)), self._ink().name())
        if shown == self._shown:
            return
        self._shown, self._outlines = shown, outlines
        self._paths = _paths(SCHEMATIC if outlines is None else outlines)
        self.pixmap = self._drawn(chosen)
        self.label.setPixmap(self.pixmap)
        self.label.toolTip = (
            _("Schematic: no vertebra is split yet. Click a sector to choose it.")
            if outlines is None
            else _("Click a sector to put it into the target or to leave it out.")
        )

    def sectorAt(self, x, y):
        """Return the sector at a place of the drawing; "" where there is none."""
        point = qt.QPointF(x, y)
        return next((name for name, path in self._paths.items() if path.contains(point)), "")

    def _onClicked(self, x, y):
        sector = self.sectorAt(x, y)
        if sector:
            self.onClicked(sector)

    def _ink(self):
        return self.label.palette.color(qt.QPalette.WindowText)

    def _drawn(self, chosen):
        pixmap = qt.QPixmap(int(SIDE * SHARPNESS), int(SIDE * SHARPNESS))
        pixmap.setDevicePixelRatio(SHARPNESS)
        pixmap.fill(qt.QColor(0, 0, 0, 0))
        painter = qt.QPainter()
        painter.begin(pixmap)
        painter.setRenderHint(qt.QPainter.Antialiasing, True)
        for sector, path in self._paths.items():
            fill = sectorColor(sector)
            fill.setAlpha(255 if sector in chosen else 28)
            painter.fillPath(path, qt.QBrush(fill))
        for sector, path in self._paths.items():
            # After all fills: neighbors share a border.
            pen = qt.QPen(sectorColor(sector))
            pen.setWidthF(1.5)
            painter.strokePath(path, pen)
        painter.setPen(qt.QPen(self._ink()))
        # Of the patient: right and left.
        painter.drawText(2, SIDE // 2, _("R"))
        painter.drawText(SIDE - 11, SIDE // 2, _("L"))
        painter.end()
        return pixmap


def _paths(outlines):
    """Return a path in pixels for each sector."""
    points = [point for lines in outlines.values() for line in lines for point in line]
    lowX, highX = min(p[0] for p in points), max(p[0] for p in points)
    lowY, highY = min(p[1] for p in points), max(p[1] for p in points)
    scale = (SIDE - 2 * EDGE) / max(highX - lowX, highY - lowY)
    middleX, middleY = (lowX + highX) / 2, (lowY + highY) / 2

    def place(point):
        # The patient's right is on the left, anterior is up.
        return SIDE / 2 - (point[0] - middleX) * scale, SIDE / 2 - (point[1] - middleY) * scale

    return {name: _path([[place(p) for p in line] for line in lines]) for name, lines in outlines.items()}


def _path(lines):
    path = qt.QPainterPath()
    for line in lines:
        path.moveTo(*line[0])
        for x, y in line[1:]:
            path.lineTo(x, y)
        path.closeSubpath()
    return path


def _mirrored(line):
    return tuple((-x, y) for x, y in line)


def _bodyOutline():
    """An ellipse that is flat behind, where the canal is."""
    turns = [2 * math.pi * step / 60 for step in range(60)]
    return tuple((17 * math.cos(turn), max(9.0, 22 + 15 * math.sin(turn))) for turn in turns)


_RIGHT_PEDICLE = ((8, 9), (14, 9), (14.5, 0), (9.5, 0))
_RIGHT_LAMINA = (
    (9.5, 0), (14.5, 0), (17, -2), (29, -12), (31, -16), (28, -18), (16, -11), (14, -15),
    (10, -16), (4, -14), (0, -12), (0, -8), (5, -6.5),
)  # fmt: skip

SCHEMATIC = {
    "body": (_bodyOutline(),),
    "left_pedicle": (_mirrored(_RIGHT_PEDICLE),),
    "right_pedicle": (_RIGHT_PEDICLE,),
    "left_lamina": (_mirrored(_RIGHT_LAMINA),),
    "right_lamina": (_RIGHT_LAMINA,),
    "spinous_process": (((-4, -14), (0, -12), (4, -14), (2.5, -34), (0, -37), (-2.5, -34)),),
}
"""Outlines of a vertebra before any is split, mm toward right and anterior."""
