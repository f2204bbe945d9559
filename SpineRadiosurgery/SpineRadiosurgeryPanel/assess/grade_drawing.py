"""Small drawings of the radiographic grades: canal, thecal sac, cord or roots, and tumor."""

import qt
from slicer.i18n import tr as _

GRADES = ("0", "I", "II", "III", "IV", "V")
CAUDA_GRADES = ("0", "I", "II", "IV")
"""The paper knows no grade III or V at the cauda equina."""
CELL, HEIGHT, GAP = 58, 76, 3
SHARPNESS = 2.0
"""Pixels that are drawn for each one shown, so that screens of high density show sharp lines."""
BONE, CSF, SAC, CORD, TUMOR = "#cfc8b8", "#d4e8f7", "#2b6ca3", "#5c9a55", "#6b6b6b"

# Places in a cell, in pixels; anterior is up.
_MIDDLE = CELL / 2
_CANAL = (_MIDDLE, 36.0, 18.0, 16.0)
_SAC = (_MIDDLE, 38.0, 13.0, 11.5)
_TUMOR_DEPTH = {"0": 17.0, "I": 26.5, "II": 30.5, "III": 33.0, "IV": 38.5, "V": 43.5}
"""How far down the tumor reaches; the canal begins at 20, the sac at 26.5, the cord at 33."""
_CAUDA_DEPTH = {"0": 17.0, "I": 26.5, "II": 32.0, "IV": 42.0}
_CORD = {"IV": (_MIDDLE + 1, 43.0, 8.0, 3.8), "V": (_MIDDLE, 46.5, 10.0, 2.8)}
_CORD_AT_REST = (_MIDDLE, 38.5, 6.5, 5.5)
_ROOTS = ((-6, 37), (-2, 40), (3, 38), (7, 41), (-5, 43), (1, 45), (5, 45.5), (-1, 35))


class _ClickableStrip(qt.QLabel):
    """A label that tells where it was clicked."""

    onClicked = None

    def mousePressEvent(self, event):
        """Qt calls this."""
        if self.onClicked is not None:
            self.onClicked(event.x())


class GradeDrawing:
    """The grades side by side; a click chooses one.

    :param layout: where to put it.
    :param onClicked: called with the code of the grade that was clicked.
    """

    def __init__(self, layout, onClicked):
        self.onClicked = onClicked
        self.label = _ClickableStrip()
        self.label.setObjectName("assessGradeDrawing")
        self.label.setFixedSize(len(GRADES) * (CELL + GAP), HEIGHT)
        self.label.onClicked = self._onClicked
        layout.addWidget(self.label)
        self.grades = GRADES
        self.pixmap = None
        self._shown = None

    def show(self, chosen, proposed=(), isCauda=False):
        """Draw the grades.

        :param chosen: the code that is framed; "" for none.
        :param proposed: codes that are marked as proposed.
        :param isCauda: draw them at the cauda equina.
        """
        shown = (chosen, tuple(proposed), isCauda, self._ink().name())
        if shown == self._shown:
            return
        self._shown = shown
        self.grades = CAUDA_GRADES if isCauda else GRADES
        self.pixmap = self._drawn(chosen, proposed, isCauda)
        self.label.setPixmap(self.pixmap)
        self.label.toolTip = _(
            "Axial, anterior up: tumor gray, thecal sac blue, {inside} green. "
            "Click a grade to choose it; a dashed frame marks what is proposed."
        ).format(inside=_("roots of the cauda equina") if isCauda else _("cord"))

    def gradeAt(self, x):
        """Return the grade at a place of the strip; "" where there is none."""
        number = int(x // (CELL + GAP))
        return self.grades[number] if 0 <= number < len(self.grades) else ""

    def _onClicked(self, x):
        code = self.gradeAt(x)
        if code:
            self.onClicked(code)

    def _ink(self):
        return self.label.palette.color(qt.QPalette.WindowText)

    def _drawn(self, chosen, proposed, isCauda):
        width = len(GRADES) * (CELL + GAP)
        pixmap = qt.QPixmap(int(width * SHARPNESS), int(HEIGHT * SHARPNESS))
        pixmap.setDevicePixelRatio(SHARPNESS)
        pixmap.fill(qt.QColor(0, 0, 0, 0))
        painter = qt.QPainter()
        painter.begin(pixmap)
        painter.setRenderHint(qt.QPainter.Antialiasing, True)
        for number, code in enumerate(self.grades):
            painter.save()
            painter.translate(number * (CELL + GAP), 0)
            _drawGrade(painter, code, isCauda)
            self._drawName(painter, code, code == chosen, code in proposed)
            painter.restore()
        painter.end()
        return pixmap

    def _drawName(self, painter, code, isChosen, isProposed):
        painter.setPen(qt.QPen(self._ink()))
        font = painter.font()
        font.setBold(isChosen)
        painter.setFont(font)
        painter.drawText(qt.QRectF(0, CELL, CELL, HEIGHT - CELL), int(qt.Qt.AlignCenter), code)
        if isChosen or isProposed:
            pen = qt.QPen(self.label.palette.color(qt.QPalette.Highlight))
            pen.setWidthF(2.0 if isChosen else 1.0)
            if not isChosen:
                pen.setStyle(qt.Qt.DashLine)
            painter.setPen(pen)
            painter.setBrush(qt.QBrush())
            painter.drawRoundedRect(qt.QRectF(1, 1, CELL - 2, HEIGHT - 2), 4, 4)


def _drawGrade(painter, code, isCauda):
    body = _ellipse(_MIDDLE, 4, 26, 17)
    body.addRect(qt.QRectF(0, -20, CELL, 4))
    canal = _ellipse(*_CANAL)
    frame = qt.QPainterPath()
    frame.addRect(qt.QRectF(3, 3, CELL - 6, CELL - 6))
    tumor = _tumor((_CAUDA_DEPTH if isCauda else _TUMOR_DEPTH)[code])
    sac = _sac(code, tumor)
    painter.setClipPath(frame)
    painter.fillPath(_ring(canal).united(body), qt.QBrush(qt.QColor(BONE)))
    painter.fillPath(canal, qt.QBrush(qt.QColor("#fdf6e3")))
    painter.fillPath(sac, qt.QBrush(qt.QColor(CSF)))
    _stroke(painter, sac, SAC, 1.5)
    for path in _inside(code, isCauda, sac, tumor):
        painter.fillPath(path, qt.QBrush(qt.QColor(CORD)))
    painter.fillPath(tumor, qt.QBrush(qt.QColor(TUMOR)))
    painter.setClipping(False)


def _tumor(depth):
    """Return an irregular outline that begins in the body and reaches down to a depth."""
    path = _ellipse(25, 10, 13, 7).united(_ellipse(35, 9, 9, 6))
    height = (depth - 6) / 2
    return path.united(_ellipse(30, 6 + height, 9.5 if depth < 30 else 11.5 if depth < 38 else 14.0, height))


def _sac(code, tumor):
    """Return the thecal sac, pushed in by the tumor; in grade V it lies close to the cord."""
    if code == "V":
        return _ellipse(_CORD["V"][0], _CORD["V"][1], _CORD["V"][2] + 0.8, _CORD["V"][3] + 0.8)
    sac = _ellipse(*_SAC)
    return sac if code in ("0", "I") else sac.subtracted(tumor)


def _inside(code, isCauda, sac, tumor):
    """Return the outlines of what is in the sac."""
    if not isCauda:
        return [_ellipse(*_CORD.get(code, _CORD_AT_REST))]
    roots = [_ellipse(_MIDDLE + x, y, 1.5, 1.5) for x, y in _ROOTS]
    return [root for root in roots if sac.contains(root) and not tumor.intersects(root)]


def _ring(canal):
    """Return pedicles and laminae around the canal."""
    outer = _ellipse(_CANAL[0], _CANAL[1], _CANAL[2] + 6, _CANAL[3] + 5)
    return outer.subtracted(canal)


def _stroke(painter, path, color, width):
    pen = qt.QPen(qt.QColor(color))
    pen.setWidthF(width)
    painter.strokePath(path, pen)


def _ellipse(x, y, halfWidth, halfHeight):
    path = qt.QPainterPath()
    path.addEllipse(qt.QRectF(x - halfWidth, y - halfHeight, 2 * halfWidth, 2 * halfHeight))
    return path
