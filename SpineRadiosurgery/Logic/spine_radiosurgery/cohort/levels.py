"""Which vertebral levels a case's target has: the same in tables and summary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..anatomy import in_order, levels_in_name
from .row import ManifestRow


def levels_of(row: ManifestRow, document: Mapping[str, Any]) -> tuple[str, ...]:
    """As the manifest says, else as the evaluation found, else of the targets' names.

    Parameters
    ----------
    row : ManifestRow
    document : mapping
        `report.json`, with or without pictures.
    """
    if row.level:
        return _named(row.level.replace(";", ",").split(","))
    # A vertebra whose level is not known is listed by its structure's name.
    found = [name for one in document["target_definitions"] for name in one["levels"]]
    return _named(found) or _named([target["name"] for target in document["targets"]])


def _named(names: list[str]) -> tuple[str, ...]:
    return in_order(level for name in names for level in levels_in_name(name))
