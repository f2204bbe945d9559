"""The summary of a cohort from one pass over its results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...report.document.values import plain
from ...report.versions import generated_by
from ..result import EVALUATED, CaseResult
from ..row import ManifestRow
from .cord import cord_document
from .doses_and_outcomes import DoseResponses
from .dvh import MOST_SCHEMES, DvhBands
from .numbers import Numbers
from .outcomes import Outcomes
from .rates import PassRates
from .reading import STATUSES, CaseReading
from .reasons import FailureReasons

SCHEMA_VERSION = "1.0"
_MOST_SETTINGS = 12


class SummaryBuilder:
    """Adds up results one by one; memory grows by a few numbers a case only.

    Parameters
    ----------
    columns : sequence of str
        Names of the manifest's free columns.
    dose_responses : sequence of str
        Each "STRUCTURE_OR_ROLE METRIC:OUTCOME"; without any the cord volume's D0.035cc and V10Gy
        against each outcome column.

    Raises
    ------
    InputError
        A dose-response cannot be read, or its outcome is no column.
    """

    def __init__(self, columns: Sequence[str], dose_responses: Sequence[str] = ()) -> None:
        self._cases = self._evaluated = 0
        self._verdicts = dict.fromkeys(STATUSES, 0)
        self._failures = FailureReasons()
        self._dvh = DvhBands()
        self._numbers = Numbers()
        self._rates = PassRates()
        self._outcomes = Outcomes(columns)
        self._responses = DoseResponses(columns, dose_responses)
        self._settings: dict[str, dict[str, int]] = {}

    def add(self, row: ManifestRow, result: CaseResult) -> None:
        """Add one case, whatever became of it.

        Outcomes count for failed cases, too: they do not depend on the evaluation.

        Parameters
        ----------
        row : ManifestRow
        result : CaseResult
        """
        self._cases += 1
        self._outcomes.add(row.columns, result.assessment)
        if result.status != EVALUATED or result.document is None:
            self._failures.add(row, result.case, result.reason)
            return
        case = CaseReading(row, result.document)
        self._evaluated += 1
        self._verdicts[case.verdict] += 1
        self._count_settings(case)
        self._dvh.add(case)
        self._numbers.add(case, result.case)
        self._rates.add(case)
        self._responses.add(row.columns, case)

    def document(self) -> dict[str, Any]:
        """Return `summary.json`: plain JSON, without paths and without patients' free text.

        The same results in the same order give the same document.
        """
        found = {
            "schema_version": SCHEMA_VERSION,
            "generated_by": generated_by(),
            "kind": "cohort summary",
            "research_use_only": True,
            "counts": {
                "cases": self._cases,
                "evaluated": self._evaluated,
                "failed": self._cases - self._evaluated,
                "verdicts": self._verdicts,
            },
            "notes": [*self._outcomes.notes, *self._mixed()],
            "failures": self._failures.document(),
            "settings": self._settings,
            "dvh": self._dvh.document(),
            "numbers": self._numbers.document(),
            "falloff_lower_bounds": self._numbers.falloff_bounds,
            "cord": cord_document(self._numbers),
            "rates": self._rates.document(),
            **self._outcomes.document(),
            "dose_responses": self._responses.document(),
        }
        return dict(plain(found))

    def _count_settings(self, case: CaseReading) -> None:
        for name, value in case.settings.items():
            counts = self._settings.setdefault(name, {})
            kept = value if value in counts or len(counts) < _MOST_SETTINGS else "others"
            counts[kept] = counts.get(kept, 0) + 1

    def _mixed(self) -> list[str]:
        notes = []
        if len(self._dvh.cases) > 1:
            notes.append(
                f"The cohort has {len(self._dvh.cases)} prescriptions. Doses in Gy are shown for "
                "each prescription or number of fractions by itself."
            )
        if len(self._dvh.cases) > MOST_SCHEMES:
            notes.append(
                f"DVH bands in Gy are kept for the {MOST_SCHEMES} prescriptions that came first; "
                "the others are in the bands relative to the prescription."
            )
        for name in ("Cord volume", "Program"):
            if len(self._settings.get(name, {})) > 1:
                notes.append(
                    f"Cases were not all evaluated alike ({name.lower()}): see the end of the page."
                )
        return notes
