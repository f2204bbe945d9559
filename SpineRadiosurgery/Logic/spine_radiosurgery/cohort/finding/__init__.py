"""The cases of a folder tree with files of many patients, sorted out by UIDs."""

from __future__ import annotations

from .cases import FoundCase, FoundCases, find_cases
from .index import Unmatched
from .sorting import sort_into
from .writing import manifest_csv, unmatched_csv

__all__ = [
    "FoundCase",
    "FoundCases",
    "Unmatched",
    "find_cases",
    "manifest_csv",
    "sort_into",
    "unmatched_csv",
]
