"""Metric names in TG-263 notation, such as `D10%[Gy]` or `V10Gy[cc]`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..geometry import InputError

_PATTERN = re.compile(
    r"(?:"
    r"(?P<kind>D)(?P<volume>\d+(?:\.\d+)?)(?P<volume_unit>%|cc)\[Gy\]"
    r"|(?P<kind_v>CV|V)(?P<dose>\d+(?:\.\d+)?)(?P<dose_unit>Gy|%)\[(?P<unit>%|cc)\]"
    r"|(?P<equivalent>gEUD)(?P<exponent>-?\d+(?:\.\d+)?)\[Gy\]"
    r"|(?P<whole>Mean|Max|Min)\[Gy\]"
    r"|(?P<size>Volume)\[cc\]"
    r")"
)


@dataclass(frozen=True)
class MetricName:
    """A metric's parsed name.

    Attributes
    ----------
    name : str
        As written.
    kind : str
        "D" (dose at a volume), "V" (volume at a dose or more), "CV" (volume below a dose), "gEUD"
        (generalised equivalent uniform dose), "Mean", "Max", "Min" or "Volume".
    at : float
        The volume of a D metric, the dose of a V metric or the exponent a of a gEUD; 0 for the
        others.
    at_unit : str
        "%", "cc" or "Gy": the unit of `at`; "" for the others.
    unit : str
        The unit of the value: "Gy", "%" or "cc".
    """

    name: str
    kind: str
    at: float
    at_unit: str
    unit: str

    @property
    def needs_whole_volume(self) -> bool:
        """Whether a part that is not seen changes the value even where it gets little dose."""
        if self.kind == "D":
            return self.at_unit == "%" and self.at > 0
        if self.kind == "V":
            return self.unit == "%"
        return self.kind != "Max"


def parse_metric_name(name: str) -> MetricName:
    """Parse a metric's name.

    Accepted: `D<x>%[Gy]`, `D<x>cc[Gy]`, `V<x>Gy[%]`, `V<x>Gy[cc]`, `V<x>%[%]`, `V<x>%[cc]` (percent
    of the prescription), `CV<x>Gy[cc]` and its kin (volume below the dose), `gEUD<a>[Gy]` with any
    exponent but 0, `Mean[Gy]`, `Max[Gy]`, `Min[Gy]`, `Volume[cc]`. `D0%[Gy]` and `D0cc[Gy]` are the
    maximum, `D100%[Gy]` is the minimum (ICRU report 83).

    Raises
    ------
    InputError
        For anything else, for D metrics beyond 100 % and for gEUD0.
    """
    match = _PATTERN.fullmatch(name)
    if match is None:
        raise InputError(
            f"Metric {name!r} is not known; write it as D10%[Gy], D0.035cc[Gy], V10Gy[%], "
            "V10Gy[cc], V100%[%], CV7Gy[cc], gEUD4[Gy], Mean[Gy], Max[Gy], Min[Gy] or Volume[cc]."
        )
    found = match.groupdict()
    if found["kind"]:
        at = float(found["volume"])
        if found["volume_unit"] == "%" and at > 100:
            raise InputError(f"Metric {name!r} asks for more than 100 % of the volume.")
        return MetricName(name, "D", at, found["volume_unit"], "Gy")
    if found["kind_v"]:
        dose = float(found["dose"])
        return MetricName(name, found["kind_v"], dose, found["dose_unit"], found["unit"])
    if found["equivalent"]:
        exponent = float(found["exponent"])
        if exponent == 0:
            raise InputError(
                f"Metric {name!r} has the exponent 0, for which a gEUD is not defined; use 1 for "
                "the mean, larger ones for organs, negative ones for targets."
            )
        return MetricName(name, "gEUD", exponent, "", "Gy")
    if found["whole"]:
        return MetricName(name, found["whole"], 0.0, "", "Gy")
    return MetricName(name, "Volume", 0.0, "", "cc")
