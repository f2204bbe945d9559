"""PythonQt's manners on PySide6, so that a module meets here what it meets in 3D Slicer.

* A Qt property is an attribute: `label.text`, `button.enabled = False`. `label.text()` fails with
  "'str' object is not callable", as in Slicer.
* A name that the C++ class has not cannot be set: `button.enabeld = False` is an AttributeError.
* `widget.connect("clicked(bool)", function)`, where the function may take fewer arguments. A signal
  that does not exist raises a ValueError; Slicer only writes a line to the terminal.
* An empty layout is false.
* `widget.name`, `widget.className()`, `dialog.exec_()`, dynamic properties and named children as
  attributes.

Not imitated: enumerations are PySide's, not integers; ownership and garbage collection; what
PythonQt does to arguments of other types.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import QObject

# Qt itself calls these by name on the Python class: they have to stay methods.
VIRTUAL_PROPERTIES = {"sizeHint", "minimumSizeHint"}
LONGEST_POPUP_MS = 5000

_plain_get = QObject.__getattribute__


def is_stand_in(kind: type) -> bool:
    """Say whether a class stands for one of Slicer's own C++ classes."""
    return "CPP_SIGNALS" in vars(kind)


def dress_up() -> None:
    """Give every class of Qt these manners, once a process."""
    if QObject.__getattribute__ is _get:
        return
    for module in (QtCore, QtGui, QtWidgets):
        for kind in (getattr(module, name) for name in dir(module)):
            if inspect.isclass(kind) and issubclass(kind, QObject):
                _properties_as_attributes(kind)
                kind.__setattr__ = _set
                kind.__delattr__ = _delete
    QObject.__getattribute__ = _get
    QObject.name = _property("objectName")
    QObject.className = lambda self: self.metaObject().className()
    for kind in (QtWidgets.QMenu, QtCore.QCoreApplication, QtCore.QEventLoop):
        kind.exec_ = kind.exec
    QtWidgets.QDialog.exec_ = _exec_dialog
    # PythonQt takes `isEmpty` for falsehood, and slicer.util passes over what is false.
    QtWidgets.QLayout.__bool__ = lambda self: not self.isEmpty()


def _properties_as_attributes(kind: Any) -> None:
    meta = kind.staticMetaObject
    for position in range(meta.propertyOffset(), meta.propertyCount()):
        name = meta.property(position).name()
        if name not in VIRTUAL_PROPERTIES:
            setattr(kind, name, _property(name))


def _property(name: str) -> property:
    return property(lambda self: QObject.property(self, name))


def _get(self: QObject, name: str) -> Any:
    # PySide answers with its own static connect(), whatever the class says.
    if name == "connect":
        return _connect.__get__(self)
    if name == "disconnect":
        return _disconnect.__get__(self)
    try:
        return _plain_get(self, name)
    except AttributeError:
        if name.startswith("_"):
            raise
    found = QObject.property(self, name)
    if found is not None:
        return found
    for child in QObject.children(self):
        if QObject.property(child, "objectName") == name:
            return child
    raise AttributeError(f"{type(self).__name__} has no attribute named '{name}'")


def _set(self: QObject, name: str, value: Any) -> None:
    kind = type(self)
    meta = QObject.metaObject(self)
    position = meta.indexOfProperty("objectName" if name == "name" else name)
    if position >= 0:
        _write_property(self, meta.property(position), value)
    elif QObject.property(self, name) is not None:
        QObject.setProperty(self, name, value)
    elif isinstance(value, QtCore.SignalInstance):
        _plain_get(self, "__dict__")[name] = value  # PySide itself, at the first use of a signal
    elif kind.__module__.startswith("PySide6") or (is_stand_in(kind) and name[0] != "_"):
        # PySide's loader of .ui files names the children so; `_get` finds them anyway.
        if not (isinstance(value, QObject) and QObject.property(value, "objectName") == name):
            raise AttributeError(_refusal(name, kind))
    else:
        _plain_get(self, "__dict__")[name] = value


def _delete(self: QObject, name: str) -> None:
    attributes = _plain_get(self, "__dict__")
    if name not in attributes:
        raise AttributeError(f"{type(self).__name__} has no attribute named '{name}'")
    del attributes[name]


def _refusal(name: str, kind: type) -> str:
    if hasattr(kind, name):
        return f"'{name}' can not be overwritten on {kind.__name__} object"
    return (
        f"'{name}' does not exist on {kind.__name__} "
        "and creating new attributes on C++ objects is not allowed"
    )


def _write_property(target: QObject, property_: QtCore.QMetaProperty, value: Any) -> None:
    name, kind = property_.name(), type(target).__name__
    if not property_.isWritable():
        raise AttributeError(f"Property '{name}' of {kind} object is not writable")
    if isinstance(value, tuple):
        value = list(value)
    if not QObject.setProperty(target, name, value):
        raise AttributeError(
            f"Property '{name}' of type '{property_.typeName()}' does not accept an object of "
            f"type {type(value).__name__} ({value!r})"
        )


def _signal(sender: QObject, signature: str) -> Any:
    """Find the bound signal of a C++ signature."""
    ours: dict[str, str] = getattr(type(sender), "CPP_SIGNALS", {})
    if signature in ours:
        return getattr(sender, ours[signature])
    normal = QtCore.QMetaObject.normalizedSignature(signature)
    normal = normal if isinstance(normal, str) else bytes(normal).decode()
    if QObject.metaObject(sender).indexOfSignal(normal) < 0:
        raise ValueError(
            f"QObject::connect() signal '{signature}' does not exist on {type(sender).__name__}"
        )
    return getattr(sender, normal.split("(")[0])


def _positional_arguments(function: Callable[..., Any]) -> int | None:
    """Count what a function takes by position; None when it takes any number."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        return None
    by_position = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(parameter.kind in by_position for parameter in parameters)


def _links(sender: QObject) -> dict[tuple[str, Any], Callable[..., Any]]:
    return _plain_get(sender, "__dict__").setdefault("_links_by_signature", {})


def _connect(self: QObject, signature: str, receiver: Any, slot: str | None = None) -> bool:
    function = receiver if slot is None else getattr(receiver, slot.split("(")[0])
    written = signature.partition("(")[2].rstrip(")")
    emitted = len([kind for kind in written.split(",") if kind.strip()])
    taken = _positional_arguments(function)
    number = emitted if taken is None else min(emitted, taken)

    def link(*values: Any) -> None:
        function(*values[:number])

    _signal(self, signature).connect(link)
    _links(self)[signature, function] = link
    return True


def _disconnect(self: QObject, signature: str, receiver: Any, slot: str | None = None) -> bool:
    function = receiver if slot is None else getattr(receiver, slot.split("(")[0])
    link = _links(self).pop((signature, function), None)
    if link is not None:
        _signal(self, signature).disconnect(link)
    return link is not None


def _exec_dialog(self: QtWidgets.QDialog) -> int:
    """Run a dialog, but not for ever: nobody is here to answer it."""
    given_up = []

    def give_up() -> None:
        given_up.append(True)
        self.reject()

    timer = QtCore.QTimer(self)
    timer.timeout.connect(give_up)
    timer.start(LONGEST_POPUP_MS)
    result = int(self.exec())
    timer.stop()
    if given_up:
        raise RuntimeError(f"The pop-up '{self.windowTitle}' waited for a person.")
    return result
