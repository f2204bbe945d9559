"""The decorator `parameterNodeWrapper`, and what it makes of a class."""

from __future__ import annotations

import typing
import weakref
from typing import Any

import slicer
import vtk

from .annotations import Default, first, split
from .gui import GuiLink, make_connector, widgets_by_parameter
from .serializers import Serializer, make_serializer

_RESERVED = (
    "allParameters", "default", "isCached", "dataType", "getValue", "setValue", "connectGui",
    "connectParametersToGui", "disconnectGui", "StartModify", "EndModify", "AddObserver",
    "RemoveObserver", "Modified",
)  # fmt: skip


class Parameter:
    """One field: its declared type, its place in the node, its default."""

    def __init__(self, name: str, declared: Any, default: Default | None) -> None:
        self.name = name
        self.declared = declared
        self.serializer: Serializer = make_serializer(declared)
        chosen = default or first(split(declared)[1], Default)
        self.default = chosen or Default(self.serializer.default())


class CachedValue:
    """The value of one field; the node is asked again only when it was modified."""

    def __init__(self, parameter: Parameter, node: Any) -> None:
        self._parameter = parameter
        self._node = node
        self._writing = False
        if not parameter.serializer.is_in(node, parameter.name):
            parameter.serializer.write(node, parameter.name, parameter.default.value)
        self.value = self._read()
        itself = weakref.ref(self)

        def modified(caller: Any, event: str) -> None:
            cached = itself()
            if cached is not None and not cached._writing:
                cached.value = cached._read()

        self._tag = node.AddObserver(vtk.vtkCommand.ModifiedEvent, modified)
        weakref.finalize(self, node.RemoveObserver, self._tag)

    def _read(self) -> Any:
        serializer, name = self._parameter.serializer, self._parameter.name
        if not serializer.is_in(self._node, name):
            serializer.write(self._node, name, self._parameter.default.value)
        return serializer.read(self._node, name)

    def write(self, value: Any) -> None:
        self._writing = True
        try:
            with slicer.util.NodeModify(self._node):
                self._parameter.serializer.write(self._node, self._parameter.name, value)
                self.value = self._read()
        finally:
            self._writing = False


class _Wrapper:
    """The methods of every wrapped class."""

    allParameters: dict[str, Parameter]

    def __init__(self, parameterNode: Any) -> None:
        self.parameterNode = parameterNode
        self._links: dict[int, GuiLink] = {}
        self._next_tag = 0
        self._values = {
            name: CachedValue(parameter, parameterNode)
            for name, parameter in self.allParameters.items()
        }

    @classmethod
    def _parameter(cls, name: str) -> Parameter:
        if name not in cls.allParameters:
            raise ValueError(
                f"Cannot find a param with the given name: {name}; "
                f"there are: {', '.join(cls.allParameters)}"
            )
        return cls.allParameters[name]

    @classmethod
    def dataType(cls, name: str) -> Any:
        return cls._parameter(name).declared

    def default(self, name: str) -> Default:
        return self._parameter(name).default

    def isCached(self, name: str) -> bool:
        self._parameter(name)
        return True

    def getValue(self, name: str) -> Any:
        self._parameter(name)
        return self._values[name].value

    def setValue(self, name: str, value: Any) -> None:
        self._parameter(name)
        self._values[name].write(value)

    def connectGui(self, gui: Any) -> int:
        """Bind the widgets that have the property SlicerParameterName; return a tag."""
        return self.connectParametersToGui(widgets_by_parameter(gui))

    def connectParametersToGui(self, mapping: dict[str, Any]) -> int:
        connectors = {
            name: make_connector(widget, self.dataType(name)) for name, widget in mapping.items()
        }
        tag = self._next_tag
        self._next_tag += 1
        self._links[tag] = GuiLink(self, connectors)
        return tag

    def disconnectGui(self, tag: int) -> None:
        link = self._links.pop(tag, None)
        if link is not None:
            link.cut()

    def StartModify(self) -> int:
        return self.parameterNode.StartModify()

    def EndModify(self, wasModified: int) -> None:
        self.parameterNode.EndModify(wasModified)

    def AddObserver(self, event: Any, callback: Any, priority: float = 0.0) -> int:
        return self.parameterNode.AddObserver(event, callback, priority)

    def RemoveObserver(self, tag: int) -> None:
        self.parameterNode.RemoveObserver(tag)

    def Modified(self) -> None:
        self.parameterNode.Modified()


def _field(name: str) -> property:
    return property(
        lambda self: self._values[name].value, lambda self, value: self._values[name].write(value)
    )


def _wrap(declared: type) -> type:
    for name in _RESERVED:
        if hasattr(declared, name):
            raise ValueError(f"Cannot use reserved name '{name}' in a parameterNodeWrapper")
    parameters = {}
    members: dict[str, Any] = {}
    for name, hint in typing.get_type_hints(declared, include_extras=True).items():
        default = Default(getattr(declared, name)) if hasattr(declared, name) else None
        try:
            parameters[name] = Parameter(name, hint, default)
        except TypeError as error:
            raise TypeError(f"Field '{name}' of {declared.__name__}: {error}") from error
        members[name] = _field(name)
    members |= {
        "allParameters": parameters,
        "__doc__": declared.__doc__,
        "__module__": declared.__module__,
        "__init__": _Wrapper.__init__,
    }
    return type(declared.__name__, (declared, _Wrapper), members)


def parameterNodeWrapper(classtype: type | None = None) -> Any:
    """Make a class whose annotated fields lie in the parameter node given to its constructor."""
    return _wrap if classtype is None else _wrap(classtype)


def isParameterNodeWrapper(classOrObject: Any) -> bool:
    """Say whether `parameterNodeWrapper` made this class, or the class of this object."""
    kind = classOrObject if isinstance(classOrObject, type) else type(classOrObject)
    return issubclass(kind, _Wrapper)
