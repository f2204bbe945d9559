"""Metric names in TG-263 notation."""

from __future__ import annotations

import pytest

from spine_radiosurgery.dose import parse_metric_name
from spine_radiosurgery.geometry import InputError

KNOWN = {
    "D10%[Gy]": ("D", 10.0, "%", "Gy"),
    "D0.035cc[Gy]": ("D", 0.035, "cc", "Gy"),
    "D100%[Gy]": ("D", 100.0, "%", "Gy"),
    "V10Gy[%]": ("V", 10.0, "Gy", "%"),
    "V12.5Gy[cc]": ("V", 12.5, "Gy", "cc"),
    "V100%[%]": ("V", 100.0, "%", "%"),
    "V50%[cc]": ("V", 50.0, "%", "cc"),
    "CV7Gy[cc]": ("CV", 7.0, "Gy", "cc"),
    "gEUD4[Gy]": ("gEUD", 4.0, "", "Gy"),
    "gEUD-10[Gy]": ("gEUD", -10.0, "", "Gy"),
    "gEUD0.5[Gy]": ("gEUD", 0.5, "", "Gy"),
    "D0%[Gy]": ("D", 0.0, "%", "Gy"),
    "Mean[Gy]": ("Mean", 0.0, "", "Gy"),
    "Max[Gy]": ("Max", 0.0, "", "Gy"),
    "Min[Gy]": ("Min", 0.0, "", "Gy"),
    "Volume[cc]": ("Volume", 0.0, "", "cc"),
}
UNKNOWN = [
    "",
    "D10[Gy]",
    "D10%",
    "D10%[cc]",
    "D10Gy[Gy]",
    "d10%[Gy]",
    "D-1%[Gy]",
    "D1e3cc[Gy]",
    "V10Gy[Gy]",
    "V10cc[cc]",
    "V10Gy [%]",
    "V10Gy[%]\n",
    "Mean",
    "Mean[cc]",
    "Volume[%]",
    "D101%[Gy]",
    "gEUD[Gy]",
    "gEUD0[Gy]",
    "gEUD-0.0[Gy]",
    "gEUD4",
    "gEUD4[%]",
    "gEUD--4[Gy]",
    "BED10%[Gy]",
    "EQD2[Gy]",
]


@pytest.mark.parametrize("name", KNOWN)
def test_a_known_name_is_taken_apart(name: str) -> None:
    parsed = parse_metric_name(name)
    assert (parsed.kind, parsed.at, parsed.at_unit, parsed.unit) == KNOWN[name]
    assert parsed.name == name


@pytest.mark.parametrize("name", UNKNOWN)
def test_any_other_name_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="Metric"):
        parse_metric_name(name)
