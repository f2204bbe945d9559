"""Frozen dataclasses to plain JSON values and back, by their type hints."""

from __future__ import annotations

import math
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import lru_cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from ...geometry import InputError

T = TypeVar("T")

MOST_ITEMS = 1000
"""Entries of a list; no patient has more visits, and a file of megabytes of them is a mistake."""
MOST_CHARACTERS = 10_000
LARGEST = 1e15
"""Of any number, in any unit; whole ones are exact up to it."""
MOST_SHOWN = 40

_WORDS = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    tuple: "a list",
    Mapping: "an object with named fields",
}


def to_plain(value: Any, *, infinite_is_open: bool = False) -> Any:
    """Return JSON types only: dataclasses and mappings as objects, tuples as lists.

    Parameters
    ----------
    value : dataclass, mapping, sequence or scalar
    infinite_is_open : bool
        Write None for a number that is not finite, such as a change in percent of next to nothing.

    Raises
    ------
    InputError
        A number that is not finite, or something that JSON has no type for.
    """
    if is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        items = value.items()
        return {str(k): to_plain(v, infinite_is_open=infinite_is_open) for k, v in items}
    if isinstance(value, tuple | list):
        return [to_plain(item, infinite_is_open=infinite_is_open) for item in value]
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return _without_negative_zero(value)
    if isinstance(value, float) and infinite_is_open:
        return None
    raise InputError(f"{value!r} cannot be written into a record; leave it open instead.")


def from_plain(kind: type[T], value: Any, path: str = "") -> T:
    """Make a dataclass of the JSON values that `to_plain` returned or a person wrote.

    Fields may be left out where the dataclass has a default. Lists become tuples; a whole number
    stands for a number, and 3.0 for a whole number, as JSON does not tell them apart.

    Parameters
    ----------
    kind : dataclass type
        Its fields are str, int, float, bool, tuples, dataclasses, or one of these and None.
    value : mapping
    path : str
        Where in the document `value` stands, for complaints.

    Raises
    ------
    InputError
        A field that there is not, or is missing; a value of another type; one that the dataclass
        itself refuses. The message begins with the path of the field.

    Examples
    --------
    >>> from ..grading.entry import Grades
    >>> from_plain(Grades, {"radiographic": "II"}).radiographic
    'II'
    """
    read: T = _read_object(kind, value, path)
    return read


def _read_object(kind: Any, value: Any, path: str) -> Any:
    if not isinstance(value, Mapping):
        raise _wrong_type(path, Mapping, value)
    known = {field.name: field for field in fields(kind)}
    for key in value:
        if key not in known:
            raise InputError(
                f"{_shown(_joined(path, str(key)), 200)} is no field of the record; "
                f"fields there are {', '.join(known)}."
            )
    hints = _hints(kind)
    read = {}
    for name, field in known.items():
        if name in value:
            read[name] = _read(hints[name], value[name], _joined(path, name))
        elif _is_required(field):
            raise InputError(
                f"{_joined(path, name)} is missing; give {_expected(hints[name])} there."
            )
    try:
        return kind(**read)
    except InputError as error:
        raise InputError(f"{path}: {error}" if path else str(error)) from error


@lru_cache(maxsize=64)
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _read(hint: Any, value: Any, path: str) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        (hint,) = (one for one in get_args(hint) if one is not type(None))
        if value is None:
            return None
    if get_origin(hint) is tuple:
        return _read_tuple(get_args(hint), value, path)
    if is_dataclass(hint):
        return _read_object(hint, value, path)
    return _read_scalar(hint, value, path)


def _read_tuple(hints: tuple[Any, ...], value: Any, path: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise _wrong_type(path, tuple, value)
    if len(value) > MOST_ITEMS:
        raise InputError(
            f"{path} has {len(value)} entries; a record takes {MOST_ITEMS}, check the file."
        )
    if hints[-1] is Ellipsis:
        hints = (hints[0],) * len(value)
    if len(value) != len(hints):
        raise InputError(f"{path} must be a list of {len(hints)} entries, not {len(value)}.")
    return tuple(
        _read(hint, item, f"{path}[{number}]")
        for number, (hint, item) in enumerate(zip(hints, value, strict=True))
    )


def _read_scalar(hint: Any, value: Any, path: str) -> Any:
    if isinstance(value, bool):
        if hint is not bool:
            raise _wrong_type(path, hint, value)
    elif isinstance(value, int | float):
        value = _number(hint, value, path)
    if not isinstance(value, hint):
        raise _wrong_type(path, hint, value)
    if isinstance(value, str):
        _check_text(value, path)
    return value


def _number(hint: Any, value: int | float, path: str) -> int | float:
    """A finite number of the type that the field wants, where it can be had without loss."""
    if not -LARGEST <= value <= LARGEST:
        raise InputError(f"{path} is no usual number; correct it, or leave the field out.")
    if hint is float:
        return _without_negative_zero(value)
    return int(value) if hint is int and float(value).is_integer() else value


def _without_negative_zero(value: int | float) -> float:
    """Two equal records have equal documents, hence one way to write nothing."""
    return float(value) + 0.0


def _check_text(text: str, path: str) -> None:
    if len(text) > MOST_CHARACTERS:
        raise InputError(
            f"{path} has {len(text)} characters; a record takes {MOST_CHARACTERS}, shorten it."
        )
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise InputError(f"{path} holds half a character, which cannot be written; type it anew.")


def _wrong_type(path: str, expected: Any, value: Any) -> InputError:
    where = path or "The record"
    return InputError(f"{where} must be {_WORDS[expected]}, not {_shown(repr(value))}.")


def _expected(hint: Any) -> str:
    return _WORDS.get(get_origin(hint) or hint, _WORDS[Mapping])


def _shown(text: str, most: int = MOST_SHOWN) -> str:
    return text if len(text) <= most else f"{text[:most]}..."
