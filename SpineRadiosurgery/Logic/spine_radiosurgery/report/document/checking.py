"""Holds a document against the published schema, without a library that 3D Slicer lacks."""

from __future__ import annotations

import functools
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ... import resources
from ...geometry import InputError

Schema = Mapping[str, Any]
Check = Callable[[Any, Any], bool]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < math.inf


TYPES: dict[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "number": _is_number,
    "integer": lambda value: _is_number(value) and value == int(value),
}
TYPE_WORDS = {
    "null": "null", "boolean": "true or false", "string": "a text", "array": "a list",
    "object": "an object", "number": "a number", "integer": "a whole number",
}  # fmt: skip
# Each with what it asks for in words; those for numbers, lists and texts say nothing of the others.
NUMBER_CHECKS: dict[str, tuple[str, Check]] = {
    "minimum": ("at least {}", lambda value, limit: value >= limit),
    "maximum": ("at most {}", lambda value, limit: value <= limit),
    "exclusiveMinimum": ("more than {}", lambda value, limit: value > limit),
}
LIST_CHECKS: dict[str, tuple[str, Check]] = {
    "minItems": ("a list of at least {}", lambda value, limit: len(value) >= limit),
    "maxItems": ("a list of at most {}", lambda value, limit: len(value) <= limit),
}
KNOWN = {
    "$ref", "type", "required", "properties", "additionalProperties", "unevaluatedProperties",
    "maxProperties", "items", "enum", "const", "oneOf", "pattern", *NUMBER_CHECKS, *LIST_CHECKS,
    "$schema", "$id", "$defs", "title", "description", "format",
}  # fmt: skip
"""Keywords that the schema may use: what is checked, and what only tells."""
_LONGEST_SHOWN = 60


def check_document(document: Mapping[str, Any]) -> None:
    """Refuse a document that does not follow `report.schema.json`.

    Raises
    ------
    InputError
        With the place of the first value that does not, and what belongs there.
    """
    found = next(complaints(document, report_schema()), None)
    if found is not None:
        raise InputError(found)


@functools.cache
def report_schema() -> Schema:
    """Return the published schema of `report.json`."""
    path = resources.path("Report") / "report.schema.json"
    schema: Schema = json.loads(path.read_text(encoding="utf-8"))
    return schema


def complaints(value: Any, schema: Schema) -> Iterator[str]:
    """Yield a sentence for every value of a document that its schema does not allow."""
    return _complaints(value, schema, "", schema["$defs"])


def _complaints(value: Any, schema: Schema, place: str, defs: Schema) -> Iterator[str]:
    schema = _resolved(schema, defs)
    wrong = next(_mismatches(value, schema), None)
    if wrong is not None:
        yield f"{place or 'The document'} is {_shown(value)}; it must be {wrong}."
    elif "oneOf" in schema:
        yield from _of_one(value, schema["oneOf"], place, defs)
    elif isinstance(value, dict):
        yield from _of_object(value, schema, place, defs)
    elif isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from _complaints(item, schema["items"], f"{place}[{index}]", defs)


def _resolved(schema: Schema, defs: Schema) -> Schema:
    """Return the schema with what it refers to; both say what an object holds."""
    if "$ref" not in schema:
        return schema
    named = defs[schema["$ref"].removeprefix("#/$defs/")]
    both = {
        "required": [*named.get("required", ()), *schema.get("required", ())],
        "properties": {**named.get("properties", {}), **schema.get("properties", {})},
    }
    return {**named, **schema, **{key: found for key, found in both.items() if found}}


def _mismatches(value: Any, schema: Schema) -> Iterator[str]:
    """What the value itself must be and is not."""
    if "type" in schema:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        if not any(TYPES[name](value) for name in types):
            yield " or ".join(TYPE_WORDS[name] for name in types)
    if "const" in schema and not _same(value, schema["const"]):
        yield json.dumps(schema["const"])
    if "enum" in schema and not any(_same(value, allowed) for allowed in schema["enum"]):
        yield "one of " + ", ".join(json.dumps(allowed) for allowed in schema["enum"])
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"written like {schema['pattern']}"
    if isinstance(value, dict) and len(value) > schema.get("maxProperties", len(value)):
        yield f"an object of at most {schema['maxProperties']}"
    checks = NUMBER_CHECKS if _is_number(value) else LIST_CHECKS if isinstance(value, list) else {}
    for key, (words, is_met) in checks.items():
        if key in schema and not is_met(value, schema[key]):
            yield words.format(schema[key])


def _of_one(value: Any, schemas: list[Schema], place: str, defs: Schema) -> Iterator[str]:
    found = [list(_complaints(value, schema, place, defs)) for schema in schemas]
    if all(found):
        # The alternatives before the last one are null.
        yield from found[-1]


def _of_object(value: Mapping[str, Any], schema: Schema, place: str, defs: Schema) -> Iterator[str]:
    properties = schema.get("properties", {})
    others = schema.get("additionalProperties", schema.get("unevaluatedProperties", True))
    for key in schema.get("required", ()):
        if key not in value:
            yield f"{place or 'The document'} lacks {key}."
    for key, item in value.items():
        where = f"{place}.{key}" if place else key
        if key in properties:
            yield from _complaints(item, properties[key], where, defs)
        elif others is False:
            yield f"{_cut(where)} is unknown."
        elif others is not True:
            yield from _complaints(item, others, where, defs)


def _same(value: Any, other: Any) -> bool:
    """Equal as JSON is: true is no 1."""
    return value == other and isinstance(value, bool) == isinstance(other, bool)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return "an object" if isinstance(value, dict) else _cut(json.dumps(value))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
