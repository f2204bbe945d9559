"""The reference of protocol files in docs/protocols.md says what the published schema says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from spine_radiosurgery import resources

PAGE = Path(__file__).parents[2] / "docs" / "protocols.md"
SCHEMA = json.loads(resources.path("Protocols/protocol.schema.json").read_text("utf-8"))
PARTS = {
    "protocol": SCHEMA,
    "based_on": SCHEMA["properties"]["based_on"],
    "row": SCHEMA["$defs"]["constraint"],
}
KINDS = {
    "string": "text",
    "number": "number from 0",
    "boolean": "true or false",
    "object": "object",
}


def holds(entry: dict[str, Any]) -> str:
    if "enum" in entry:
        return ", ".join(f"`{value}`" for value in entry["enum"])
    if "$ref" in entry:
        return "text, not empty"
    if entry["type"] == "array":
        return "rows" if "$ref" in entry["items"] else "list of whole numbers from 1"
    return KINDS[entry["type"]]


def table(part: dict[str, Any]) -> list[str]:
    """The lines of the reference for the schema of an object."""
    needed = part["required"]
    return [
        " | ".join(
            (f"| `{key}`", "yes" if key in needed else "no", holds(entry), entry["description"])
        )
        + " |"
        for key, entry in part["properties"].items()
    ]


def section(name: str) -> list[str]:
    """The lines of the table below the comment that names a part."""
    _, found, rest = PAGE.read_text("utf-8").partition(f"<!-- table: {name} -->\n")
    assert found, f"docs/protocols.md has no table of {name}"
    lines = rest.strip().split("\n\n")[0].splitlines()
    return lines[2:]


@pytest.mark.parametrize("name", PARTS)
def test_the_reference_is_the_schemas(name: str) -> None:
    assert section(name) == table(PARTS[name]), "\n".join(table(PARTS[name]))


def test_every_shipped_protocol_is_listed() -> None:
    text = PAGE.read_text("utf-8")
    missing = [
        path.stem
        for path in resources.path("Protocols").glob("*-*.json")
        if f"| `{path.stem}` |" not in text
    ]
    assert missing == []
