"""Calendar dates in a document that a person wrote: they become days after treatment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...geometry import InputError
from .record import date_from_iso

_LISTS = ("visits", "volumes", "failures", "complications")
_ENTRY_DATES = {"date": "day", "resolved_date": "resolved_day"}
_LAST_DATES = {"last_date": "last_day"}


def with_days(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document with every date of the follow-up turned into days after treatment.

    `date` may stand in the place of `day` in visits, volumes, failures and complications,
    `resolved_date` in that of `resolved_day`, and `last_date` in that of `last_day`.

    Parameters
    ----------
    document : mapping
        Nothing but dates is checked.

    Raises
    ------
    InputError
        There are dates but no `treatment_date` to count from, one is no date, or a date and a day
        are given together.
    """
    follow_up = document.get("follow_up")
    if not isinstance(follow_up, Mapping):
        return dict(document)
    treatment = document.get("treatment_date")
    counted = _counted(follow_up, _LAST_DATES, treatment, "follow_up")
    for name in _LISTS:
        entries = counted.get(name)
        if isinstance(entries, list | tuple):
            counted[name] = [
                _counted(entry, _ENTRY_DATES, treatment, f"follow_up.{name}[{number}]")
                if isinstance(entry, Mapping)
                else entry
                for number, entry in enumerate(entries)
            ]
    return {**document, "follow_up": counted}


def _counted(
    entry: Mapping[str, Any], names: Mapping[str, str], treatment: Any, path: str
) -> dict[str, Any]:
    counted = dict(entry)
    for date_name, day_name in names.items():
        if date_name not in counted:
            continue
        where = f"{path}.{date_name}"
        if day_name in counted:
            raise InputError(f"{where} stands beside {day_name}; give one of them.")
        if not treatment:
            raise InputError(
                f"{where} needs a treatment_date to count from; give one, or {day_name} instead."
            )
        given = date_from_iso(where, str(counted.pop(date_name)))
        first = date_from_iso("treatment_date", str(treatment))
        counted[day_name] = (given - first).days
    return counted
