"""Which widget can show which type, and the two-way link of `connectGui`."""

from __future__ import annotations

import enum
import pathlib
from collections.abc import Callable
from typing import Any

import ctk
import qt
import slicer
import vtk

from .annotations import Choice, Decimals, Maximum, Minimum, SingleStep, WithinRange, first, split
from .serializers import is_node_class, union_members

SlicerParameterNamePropertyName = "SlicerParameterName"
_INT_LIMITS = (-(2**31), 2**31 - 1)
_FLOAT_LIMITS = (float("-inf"), float("inf"))


class Connector:
    """Reads and writes one widget by a property, and calls when the widget changed."""

    def __init__(self, widget: Any, attribute: str, signal: str | None) -> None:
        self.widget = widget
        self._attribute = attribute
        self._signal = getattr(widget, signal) if signal else None
        self._callback: Callable[[], None] | None = None

    def read(self) -> Any:
        return getattr(self.widget, self._attribute)

    def write(self, value: Any) -> None:
        setattr(self.widget, self._attribute, value)

    def connect(self, callback: Callable[[], None]) -> None:
        self._callback = callback
        if self._signal is not None:
            self._signal.connect(self._changed)

    def disconnect(self) -> None:
        self._callback = None
        if self._signal is not None:
            self._signal.disconnect(self._changed)

    def _changed(self, *_: Any) -> None:
        if self._callback is not None:
            self._callback()


class ConvertingConnector(Connector):
    """A number as int or float, a path as pathlib.Path."""

    def __init__(self, widget: Any, attribute: str, signal: str, inner: type, outer: type) -> None:
        super().__init__(widget, attribute, signal)
        self._inner, self._outer = inner, outer

    def read(self) -> Any:
        return self._outer(super().read())

    def write(self, value: Any) -> None:
        super().write(self._inner(value))


class TextConnector(Connector):
    def write(self, value: str) -> None:
        # Else the cursor jumps to the end while a person types.
        if value != self.read():
            super().write(value)


class PlainTextConnector(Connector):
    def read(self) -> str:
        return self.widget.toPlainText()

    def write(self, value: str) -> None:
        if value != self.read():
            self.widget.setPlainText(value)


class ChoiceConnector(Connector):
    """A combo box that is filled with the choices."""

    def __init__(self, widget: Any, labels: list[str], values: list[Any]) -> None:
        super().__init__(widget, "currentIndex", "currentIndexChanged")
        self._values = values
        widget.clear()
        for label in labels:
            widget.addItem(label)

    def read(self) -> Any:
        return self._values[super().read()]

    def write(self, value: Any) -> None:
        if value not in self._values:
            raise ValueError(f"Unable to find value {value} in choices {self._values}")
        super().write(self._values.index(value))


class NodeConnector(Connector):
    def __init__(self, widget: Any, class_names: list[str]) -> None:
        super().__init__(widget, "currentNode", "currentNodeChanged")
        widget.nodeTypes = class_names

    def read(self) -> Any:
        return self.widget.currentNode()

    def write(self, value: Any) -> None:
        self.widget.setCurrentNode(value)


def make_connector(widget: Any, declared: Any) -> Connector:
    """Choose by the exact class of the widget and the type of the field, as Slicer does."""
    kind, annotations = split(declared)
    for make in (_bool, _number, _choice, _text, _path, _node):
        connector = make(widget, kind, annotations)
        if connector is not None:
            return connector
    raise RuntimeError(
        f"Unable to create GUI connector from datatype '{declared}' to widget type '{type(widget)}'"
    )


def _bool(widget: Any, kind: Any, _: Any) -> Connector | None:
    if kind is not bool:
        return None
    if type(widget) in (qt.QCheckBox, ctk.ctkCheckBox):
        return Connector(widget, "checked", "stateChanged")
    if type(widget) is qt.QPushButton:
        widget.checkable = True
        return Connector(widget, "checked", "toggled")
    return None


def _number(widget: Any, kind: Any, annotations: Any) -> Connector | None:
    whole = type(widget) in (qt.QSlider, qt.QSpinBox)
    sliders = (ctk.ctkSliderWidget, slicer.qMRMLSliderWidget)
    boxes = (qt.QDoubleSpinBox, ctk.ctkDoubleSpinBox, slicer.qMRMLSpinBox)
    if kind not in (int, float) or (whole and kind is not int):
        return None
    if not whole and type(widget) not in (*sliders, *boxes):
        return None
    within = first(annotations, WithinRange)
    lowest = within or first(annotations, Minimum)
    highest = within or first(annotations, Maximum)
    if type(widget) in (qt.QSlider, *sliders) and not (lowest and highest):
        raise RuntimeError(f"Cannot connect a {type(widget).__name__} to a number without range.")
    decimals, step = first(annotations, Decimals), first(annotations, SingleStep)
    if not whole and kind is int:
        widget.decimals = 0
    elif not whole and decimals is not None:
        widget.decimals = decimals.value
    if step is not None:
        widget.singleStep = step.value
    limits = _INT_LIMITS if whole else _FLOAT_LIMITS
    widget.minimum = lowest.minimum if lowest else limits[0]
    widget.maximum = highest.maximum if highest else limits[1]
    return ConvertingConnector(widget, "value", "valueChanged", kind, kind)


def _choice(widget: Any, kind: Any, annotations: Any) -> Connector | None:
    if type(widget) not in (qt.QComboBox, ctk.ctkComboBox):
        return None
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        label = getattr(kind, "label", lambda member: member.name)
        return ChoiceConnector(widget, [label(member) for member in kind], list(kind))
    if kind not in (int, float, str, bool):
        return None
    choice = first(annotations, Choice)
    if choice is None:
        raise RuntimeError(
            "ComboBoxToStringableConnector requires the Choice annotation to be used."
        )
    return ChoiceConnector(widget, [str(one) for one in choice.choices], list(choice.choices))


def _text(widget: Any, kind: Any, _: Any) -> Connector | None:
    if kind is not str:
        return None
    if type(widget) is qt.QLineEdit:
        return TextConnector(widget, "text", "textChanged")
    if type(widget) is qt.QLabel:
        return Connector(widget, "text", None)
    if type(widget) is qt.QTextEdit:
        return PlainTextConnector(widget, "plainText", "textChanged")
    return None


def _path(widget: Any, kind: Any, _: Any) -> Connector | None:
    if not (isinstance(kind, type) and issubclass(kind, pathlib.PurePath)):
        return None
    if type(widget) is ctk.ctkPathLineEdit:
        return ConvertingConnector(widget, "currentPath", "currentPathChanged", str, kind)
    if type(widget) is ctk.ctkDirectoryButton:
        return ConvertingConnector(widget, "directory", "directoryChanged", str, kind)
    return None


def _node(widget: Any, kind: Any, _: Any) -> Connector | None:
    members = [split(member)[0] for member in union_members(kind) or (kind,)]
    classes = [member for member in members if member is not type(None)]
    if type(widget) is not slicer.qMRMLNodeComboBox or not all(map(is_node_class, classes)):
        return None
    return NodeConnector(widget, [one().GetClassName() for one in classes])


def widgets_by_parameter(gui: Any) -> dict[str, Any]:
    """Find the widgets with the property SlicerParameterName, in a widget or in `self.ui`."""
    is_widget = getattr(gui, "isWidgetType", lambda: False)()
    widgets = gui.findChildren(qt.QWidget) if is_widget else vars(gui).values()
    named = ((widget.property(SlicerParameterNamePropertyName), widget) for widget in widgets)
    return {name: widget for name, widget in named if name}


class GuiLink:
    """Widgets follow the parameter node, and the parameter node follows the widgets."""

    def __init__(self, wrapper: Any, connectors: dict[str, Connector]) -> None:
        self._wrapper = wrapper
        self._connectors = connectors
        self._showing = False
        for name, connector in connectors.items():
            connector.write(wrapper.getValue(name))
            connector.connect(self._writer(name, connector))
        self._tag = wrapper.AddObserver(vtk.vtkCommand.ModifiedEvent, lambda *_: self._show())

    def _writer(self, name: str, connector: Connector) -> Callable[[], None]:
        def write() -> None:
            if not self._showing:
                with slicer.util.NodeModify(self._wrapper):
                    self._wrapper.setValue(name, connector.read())

        return write

    def _show(self) -> None:
        if self._showing:
            return
        self._showing = True
        try:
            with slicer.util.NodeModify(self._wrapper):
                for name, connector in self._connectors.items():
                    connector.write(self._wrapper.getValue(name))
        finally:
            self._showing = False

    def cut(self) -> None:
        """End the link in both directions."""
        for connector in self._connectors.values():
            connector.disconnect()
        self._wrapper.RemoveObserver(self._tag)
