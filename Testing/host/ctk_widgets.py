"""Stand-ins for the widgets of CTK, with the properties, signals and slots that a panel uses."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import Property, QObject, Signal, Slot


def _of(attribute: str, name: str, kind: Any) -> Property:
    """Make a property that is kept by an inner widget."""
    return Property(
        kind,
        lambda self: QObject.property(getattr(self, attribute), name),
        lambda self, value: QObject.setProperty(getattr(self, attribute), name, value),
    )


def kept(name: str, kind: Any, default: Any) -> Property:
    """Make a property that is only kept: its effect in Slicer does not show here."""
    key = f"_kept_{name}"
    return Property(
        kind,
        lambda self: self.__dict__.get(key, default),
        lambda self, value: self.__dict__.__setitem__(key, value),
    )


class ctkCollapsibleButton(QtWidgets.QAbstractButton):
    """A titled section that folds."""

    CPP_SIGNALS: ClassVar[dict[str, str]] = {"contentsCollapsed(bool)": "contentsCollapsed"}
    TITLE_HEIGHT = 24
    contentsCollapsed = Signal(bool)

    def __init__(self, text: Any = "", parent: Any = None) -> None:
        if isinstance(text, QtWidgets.QWidget):
            text, parent = "", text
        super().__init__(parent)
        self._collapsed = False
        self._fully_made = False
        self.setText(text or "")
        self.setContentsMargins(0, self.TITLE_HEIGHT, 0, 0)
        self.setSizePolicy(QtWidgets.QSizePolicy.Preferred, QtWidgets.QSizePolicy.Preferred)
        self.clicked.connect(lambda: self.setCollapsed(not self._collapsed))

    @Slot(bool)
    def setCollapsed(self, collapsed: bool) -> None:
        changed = bool(collapsed) != self._collapsed
        self._collapsed = bool(collapsed)
        self._show_contents()
        if changed:
            self.contentsCollapsed.emit(self._collapsed)

    def _show_contents(self) -> None:
        for child in self.children():
            if isinstance(child, QtWidgets.QWidget):
                child.setVisible(not self._collapsed)
        self.updateGeometry()

    collapsed = Property(bool, lambda self: self._collapsed, setCollapsed)
    collapsedHeight = kept("collapsedHeight", int, 10)
    flat = kept("flat", bool, False)
    contentsFrameShape = kept("contentsFrameShape", int, 0)
    contentsFrameShadow = kept("contentsFrameShadow", int, 0)
    contentsLineWidth = kept("contentsLineWidth", int, 1)
    contentsMidLineWidth = kept("contentsMidLineWidth", int, 0)

    def sizeHint(self) -> QtCore.QSize:
        layout = self.layout()
        if layout is None or self._collapsed:
            return QtCore.QSize(120, self.TITLE_HEIGHT)
        return layout.totalSizeHint()

    minimumSizeHint = sizeHint

    def showEvent(self, event: Any) -> None:
        # Only here are the children of a .ui file all there.
        if not self._fully_made:
            self._fully_made = True
            if self._collapsed:
                self._show_contents()

    def hitButton(self, position: QtCore.QPoint) -> bool:
        return position.y() < self.TITLE_HEIGHT

    def paintEvent(self, event: Any) -> None:
        painter = QtGui.QPainter(self)
        title = QtCore.QRect(0, 0, self.width, self.TITLE_HEIGHT - 2)
        painter.fillRect(title, self.palette.button())
        arrow = "\u25b8" if self._collapsed else "\u25be"
        painter.setPen(self.palette.buttonText().color())
        painter.drawText(
            title.adjusted(6, 0, 0, 0), int(QtCore.Qt.AlignVCenter.value), f"{arrow} {self.text}"
        )
        painter.end()


class ctkCollapsibleGroupBox(QtWidgets.QGroupBox):
    CPP_SIGNALS: ClassVar[dict[str, str]] = {}

    def __init__(self, title: Any = "", parent: Any = None) -> None:
        if isinstance(title, QtWidgets.QWidget):
            title, parent = "", title
        super().__init__(title or "", parent)
        self.setCheckable(True)
        self.setChecked(True)
        self.toggled.connect(self._show_contents)

    def _show_contents(self, visible: bool) -> None:
        for child in self.children():
            if isinstance(child, QtWidgets.QWidget):
                child.setVisible(visible)

    collapsed = Property(
        bool, lambda self: not self.checked, lambda self, value: self.setChecked(not value)
    )
    collapsedHeight = kept("collapsedHeight", int, 10)


class ctkDoubleSpinBox(QtWidgets.QWidget):
    """A spin box around an inner one, as in CTK: not a QDoubleSpinBox itself."""

    CPP_SIGNALS: ClassVar[dict[str, str]] = {
        "valueChanged(double)": "valueChanged",
        "decimalsChanged(int)": "decimalsChanged",
    }
    valueChanged = Signal(float)
    decimalsChanged = Signal(int)

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._box = QtWidgets.QDoubleSpinBox(self)
        layout.addWidget(self._box)
        self._box.valueChanged.connect(self.valueChanged)
        self.setFocusProxy(self._box)

    value = _of("_box", "value", float)
    minimum = _of("_box", "minimum", float)
    maximum = _of("_box", "maximum", float)
    singleStep = _of("_box", "singleStep", float)
    decimals = _of("_box", "decimals", int)
    prefix = _of("_box", "prefix", str)
    suffix = _of("_box", "suffix", str)
    cleanText = _of("_box", "cleanText", str)
    readOnly = _of("_box", "readOnly", bool)
    alignment = kept("alignment", int, 0)
    decimalsOption = kept("decimalsOption", int, 0)
    sizeHintPolicy = kept("sizeHintPolicy", int, 0)

    @Slot(float)
    def setValue(self, value: float) -> None:
        self._box.setValue(value)

    @Slot(float, float)
    def setRange(self, lowest: float, highest: float) -> None:
        self._box.setRange(lowest, highest)


class ctkSliderWidget(QtWidgets.QWidget):
    """A slider and a spin box that show one number."""

    CPP_SIGNALS: ClassVar[dict[str, str]] = {
        "valueChanged(double)": "valueChanged",
        "valueIsChanging(double)": "valueIsChanging",
    }
    STEPS = 1000
    valueChanged = Signal(float)
    valueIsChanging = Signal(float)

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._slider = QtWidgets.QSlider(QtCore.Qt.Horizontal, self)
        self._slider.setRange(0, self.STEPS)
        self._box = QtWidgets.QDoubleSpinBox(self)
        layout.addWidget(self._slider)
        layout.addWidget(self._box)
        self._box.valueChanged.connect(self._box_moved)
        self._slider.sliderMoved.connect(self._slider_moved)

    def _span(self) -> float:
        return self._box.maximum - self._box.minimum

    def _box_moved(self, value: float) -> None:
        if self._span() > 0:
            self._slider.setValue(round(self.STEPS * (value - self._box.minimum) / self._span()))
        self.valueChanged.emit(value)

    def _slider_moved(self, step: int) -> None:
        self._box.setValue(self._box.minimum + self._span() * step / self.STEPS)

    value = _of("_box", "value", float)
    minimum = _of("_box", "minimum", float)
    maximum = _of("_box", "maximum", float)
    singleStep = _of("_box", "singleStep", float)
    decimals = _of("_box", "decimals", int)
    prefix = _of("_box", "prefix", str)
    suffix = _of("_box", "suffix", str)
    pageStep = kept("pageStep", float, 1.0)
    tickInterval = kept("tickInterval", float, 0.1)
    tracking = kept("tracking", bool, True)
    spinBoxVisible = kept("spinBoxVisible", bool, True)

    @Slot(float)
    def setValue(self, value: float) -> None:
        self._box.setValue(value)

    @Slot(float, float)
    def setRange(self, lowest: float, highest: float) -> None:
        self._box.setRange(lowest, highest)
