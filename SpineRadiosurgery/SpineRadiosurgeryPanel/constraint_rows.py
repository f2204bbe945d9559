"""The rows of an evaluation's table of constraints: read, put in order, written as text."""

import math
import re
from dataclasses import dataclass

from slicer.i18n import tr as _

from .verdicts import narrowVerdictWord, verdictWord

VERDICT, STRUCTURE, METRIC, VALUE, LIMIT, MARGIN = range(6)
"""Columns as they are shown."""
QUIET = ("pass", "not_evaluable")
_SIGNS = {"<": "<", ">=": "≥"}
"""Of the comparators that are said; a limit without one may be reached."""


@dataclass(frozen=True)
class ConstraintRow:
    """One constraint with its result; numbers are nan where there is none.

    number - place in the protocol
    status, structure, metric, unit, comparator, role, reason, protocol, citation - as in the table
    value, uncertainty, limit - unrounded
    isVerified - whether the limit was checked against its source
    """

    number: int
    status: str
    structure: str
    metric: str
    value: float
    uncertainty: float
    comparator: str
    limit: float
    unit: str
    role: str
    reason: str
    protocol: str
    citation: str
    isVerified: bool

    @property
    def isOfCord(self):
        """Whether the row is about the cord, and not about another organ."""
        return self.role != "organ"

    @property
    def isQuiet(self):
        """Whether the row is of an organ, and nothing is to be done about it."""
        return not self.isOfCord and self.status in QUIET

    @property
    def marginPercent(self):
        """How far the value is inside the limit, in percent of the limit; negative beyond it."""
        if not self.limit:
            return math.nan
        inside = self.value - self.limit if self.comparator == ">=" else self.limit - self.value
        return 100.0 * inside / self.limit

    def cells(self):
        """Return the texts of the row, by column."""
        return [
            narrowVerdictWord(self.status),
            self.structure,
            self.metric.partition("[")[0],
            measured(self.value, self.uncertainty, self.unit, self.limit),
            self._limit(),
            _percent(self.marginPercent),
        ]

    def details(self):
        """Return what there is to say about the row, a line each."""
        lines = [f"{self.structure} {self.metric}"]
        if not math.isnan(self.value):
            lines.append(self._distance())
        if self.reason:
            lines.append(self.reason)
        lines.append(f"{self.protocol}: {self.citation}")
        if not self.isVerified:
            lines.append(_("Unverified: the limit wants checking against its source."))
        return lines

    def _limit(self):
        limit = f"{self.limit:g} {self.unit}"
        if self.comparator in _SIGNS:
            limit = f"{_SIGNS[self.comparator]} {limit}"
        # A line of its own, so that the column stays narrow.
        return limit if self.isVerified else _("{limit}\nunverified").format(limit=limit)

    def _distance(self):
        from spine_radiosurgery.tolerance.wording import number

        distance = number(abs(self.limit - self.value), self.unit)
        if not self.marginPercent < 0:
            return _("{distance} within the limit").format(distance=distance)
        return _("{distance} beyond the limit").format(distance=distance)


def readRows(tableNode):
    """Return the rows of a table of constraints."""
    table = tableNode.GetTable()
    names = (
        "Status", "Structure", "Metric", "Value", "Uncertainty", "Comparator", "Limit", "Unit",
        "Role", "Reason", "Protocol", "Citation",
    )  # fmt: skip
    numbers = ("Value", "Uncertainty", "Limit")
    columns = [(table.GetColumnByName(name), name in numbers) for name in names]
    verified = table.GetColumnByName("Verified")
    return [
        ConstraintRow(
            number,
            *(_number(c, number) if isNumber else _text(c, number) for c, isNumber in columns),
            _text(verified, number) == "yes",
        )
        for number in range(table.GetNumberOfRows())
    ]


def inOrder(rows, column=None, descending=False):
    """Return rows by a column; without one those of the cord first, and the gravest of these first.

    Numbers go by their value, verdicts by their gravity; rows without a number come last.
    """
    if column is None:
        return sorted(rows, key=lambda row: (not row.isOfCord, -_severity(row), row.number))
    keys = {
        VERDICT: _severity,
        STRUCTURE: lambda row: row.structure.casefold(),
        METRIC: lambda row: _natural(row.metric),
        VALUE: lambda row: row.value,
        LIMIT: lambda row: row.limit,
        MARGIN: lambda row: row.marginPercent,
    }
    isMissing = {VALUE: lambda row: math.isnan(row.value), MARGIN: lambda row: math.isnan(row.marginPercent)}
    missing = isMissing.get(column, lambda row: False)
    known = sorted((row for row in rows if not missing(row)), key=keys[column], reverse=descending)
    return known + [row for row in rows if missing(row)]


def asText(rows):
    """Return rows with a header as lines of cells between tabs, for spreadsheets."""
    header = (
        _("Verdict"), _("Structure"), _("Metric"), _("Value"), _("Uncertainty"), _("Limit"), _("Unit"),
        _("Margin (% of limit)"), _("Reason"), _("Protocol"), _("Citation"), _("Verified"),
    )  # fmt: skip
    lines = [header]
    for row in rows:
        lines.append(
            (
                verdictWord(row.status), row.structure, row.metric, _plain(row.value), _plain(row.uncertainty),
                f"{row.comparator} {row.limit:g}", row.unit, _plain(row.marginPercent), row.reason,
                row.protocol, row.citation, _("yes") if row.isVerified else _("no"),
            )
        )  # fmt: skip
    return "\n".join("\t".join(cells) for cells in lines) + "\n"


def measured(value, uncertainty, unit, *limits):
    """Return a value with its uncertainty and unit, never rounded onto a limit."""
    from spine_radiosurgery.report.page.formats import format_measured

    first, second = format_measured(
        {
            "value": None if math.isnan(value) else value,
            "uncertainty": None if math.isnan(uncertainty) else uncertainty,
            "unit": unit,
            "limit": limits[0] if limits else None,
        }
    )
    return f"{first} {second}".rstrip()


def _severity(row):
    from spine_radiosurgery.tolerance.result import SEVERITY

    return SEVERITY.index(row.status)


def _percent(value):
    """A whole number of percent, with decimals where it would look like no margin at all."""
    if math.isnan(value):
        return "–"
    from spine_radiosurgery.tolerance.wording import digits

    return f"{digits(value, 0, 0.0)} %".replace("-", "−")


def _plain(value):
    return "" if math.isnan(value) else f"{value:.6g}"


def _natural(metric):
    """A key by which V7Gy comes before V10Gy."""
    parts = re.match(r"(\D*)([\d.]*)", metric)
    return parts.group(1), float(parts.group(2) or 0.0), metric


def _text(column, row):
    return str(column.GetValue(row))


def _number(column, row):
    value = column.GetValue(row)
    return float(value) if value not in ("", None) else math.nan
