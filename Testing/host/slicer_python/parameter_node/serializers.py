"""How one value lies in a parameter node: the same names and texts as in Slicer."""

from __future__ import annotations

import enum
import pathlib
import types
import typing
from collections.abc import Sequence
from typing import Any

import slicer

from .annotations import IsInstance, NotNone, Validator, split


class Serializer:
    """A value as one parameter; this base is right for a text."""

    def __init__(self, kind: type, validators: Sequence[Validator]) -> None:
        self.kind = kind
        self.validators = list(validators)

    def default(self) -> Any:
        return self.kind()

    def validate(self, value: Any) -> None:
        for validator in self.validators:
            validator.validate(value)

    def is_in(self, node: Any, name: str) -> bool:
        return bool(node.HasParameter(name))

    def write(self, node: Any, name: str, value: Any) -> None:
        self.validate(value)
        node.SetParameter(name, self.to_text(value))

    def read(self, node: Any, name: str) -> Any:
        return self.from_text(node.GetParameter(name))

    def remove(self, node: Any, name: str) -> None:
        node.UnsetParameter(name)

    def to_text(self, value: Any) -> str:
        return str(value)

    def from_text(self, text: str) -> Any:
        return self.kind(text)


class BoolSerializer(Serializer):
    def from_text(self, text: str) -> bool:
        return text == "True"


class EnumSerializer(Serializer):
    def default(self) -> Any:
        return next(iter(self.kind))

    def to_text(self, value: Any) -> str:
        return value.name

    def from_text(self, text: str) -> Any:
        if text not in self.kind.__members__:
            raise ValueError(
                f"Found {text!r} in parameter node but it is not a name in {self.kind}"
            )
        return self.kind[text]


class NodeSerializer(Serializer):
    """A node reference, with an empty parameter of the same name that says that it was set."""

    def default(self) -> None:
        return None

    def write(self, node: Any, name: str, value: Any) -> None:
        self.validate(value)
        node.SetParameter(name, "")
        node.SetNodeReferenceID(name, value.GetID() if value is not None else None)

    def read(self, node: Any, name: str) -> Any:
        return node.GetNodeReference(name)

    def remove(self, node: Any, name: str) -> None:
        node.UnsetParameter(name)
        node.RemoveNodeReferenceIDs(name)


class NoneSerializer(Serializer):
    def default(self) -> None:
        return None

    def validate(self, value: Any) -> None:
        if value is not None:
            raise ValueError("Value must be None")

    def to_text(self, value: Any) -> str:
        return "True"

    def from_text(self, text: str) -> None:
        return None


class UnionSerializer(Serializer):
    """`A | B`: the value lies under `name.0` or `name.1`."""

    def __init__(self, kinds: Sequence[Any], validators: Sequence[Validator]) -> None:
        super().__init__(object, validators)
        self.members = [make_serializer(kind) for kind in kinds]

    def default(self) -> Any:
        optional = len(self.members) == 2 and isinstance(self.members[1], NoneSerializer)
        return None if optional else self.members[0].default()

    def is_in(self, node: Any, name: str) -> bool:
        return self._holder(node, name) is not None

    def _holder(self, node: Any, name: str) -> int | None:
        places = enumerate(self.members)
        return next((n for n, one in places if one.is_in(node, f"{name}.{n}")), None)

    def _fitting(self, value: Any) -> int:
        for number, member in enumerate(self.members):
            bare = type(None) if isinstance(member, NoneSerializer) else member.kind
            # A bool is an int to Python, not to whoever declared the field.
            exact = type(value) is bare if bare in (bool, int, float) else isinstance(value, bare)
            if exact:
                member.validate(value)
                return number
        raise TypeError(f"Unable to write value '{value}' of type '{type(value)}'")

    def write(self, node: Any, name: str, value: Any) -> None:
        self.validate(value)
        number = self._fitting(value)
        with slicer.util.NodeModify(node):
            self.remove(node, name)
            self.members[number].write(node, f"{name}.{number}", value)

    def read(self, node: Any, name: str) -> Any:
        number = self._holder(node, name)
        if number is None:
            raise KeyError(f"Unable to find value for name: {name}")
        return self.members[number].read(node, f"{name}.{number}")

    def remove(self, node: Any, name: str) -> None:
        for number, member in enumerate(self.members):
            member.remove(node, f"{name}.{number}")


def is_node_class(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, slicer.vtkMRMLNode)


def union_members(kind: Any) -> tuple[Any, ...]:
    """Return the types of a union, () for any other type."""
    is_union = typing.get_origin(kind) in (typing.Union, types.UnionType)
    return typing.get_args(kind) if is_union else ()


def make_serializer(annotated: Any) -> Serializer:
    """Choose by the type; raise when Slicer's own would have none, or this host has none."""
    kind, annotations = split(annotated)
    given = [item for item in annotations if isinstance(item, Validator)]
    if union_members(kind):
        return UnionSerializer(union_members(kind), given)
    if kind is type(None):
        return NoneSerializer(kind, given)
    if is_node_class(kind):
        return NodeSerializer(kind, [IsInstance(kind), *given])
    if kind is bool:
        return BoolSerializer(kind, [NotNone(), IsInstance(bool), *given])
    if kind in (int, float):
        accepted = (int, float) if kind is float else int
        return Serializer(kind, [NotNone(), IsInstance(accepted), *given])
    if kind is str or (isinstance(kind, type) and issubclass(kind, pathlib.PurePath)):
        return Serializer(kind, [NotNone(), IsInstance(kind), *given])
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return EnumSerializer(kind, [IsInstance(kind), *given])
    raise TypeError(f"The test host keeps no {kind} in a parameter node.")
