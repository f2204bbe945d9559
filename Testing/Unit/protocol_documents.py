"""The smallest document that is a protocol, to be damaged by tests."""

from __future__ import annotations

from typing import Any

ROW: dict[str, Any] = {
    "fractions": [1],
    "structure": "SpinalCord_Partial",
    "role": "decides",
    "metric": "V10Gy[%]",
    "comparator": "<=",
    "limit": 10,
    "unit": "%",
    "verified": True,
}
HEAD: dict[str, Any] = {
    "schema_version": "1.1",
    "identifier": "mine",
    "title": "Mine",
    "version": "1",
    "citation": "A paper",
    "verdict_rule": "decisive_rows",
}
