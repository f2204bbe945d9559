"""One case, from its row to its result."""

from __future__ import annotations

import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..assessment import PatientRecord, read_record, record_row
from ..dicom import read_dicom_case
from ..geometry import InputError
from ..report import Report, evaluate
from ..report.writing import write_report
from .fingerprints import protocol_of
from .reasons import PROBLEM_LOG, hidden, is_passing, reason_of
from .result import EVALUATED, FAILED, CaseResult
from .row import ManifestRow
from .settings import CohortSettings

REPORT = "report"


def evaluate_row(
    row: ManifestRow,
    settings: CohortSettings,
    *,
    fingerprint: str = "",
    folder: Path | None = None,
) -> CaseResult:
    """Evaluate one case as `spine-radiosurgery evaluate` does.

    Parameters
    ----------
    row : ManifestRow
    settings : CohortSettings
    fingerprint : str
        Goes into the result.
    folder : Path, optional
        Where `problem.log` goes, and the report where the settings ask for one.

    Returns
    -------
    CaseResult
        Failed, with the reason, whatever was wrong: nothing is raised for one case. What the
        patient's record says is in it also then.
    """
    started = time.perf_counter()
    cells: dict[str, Any] = {}
    try:
        if row.problem:
            raise InputError(row.problem)
        record = None if row.assessment is None else read_record(row.assessment)
        cells = _cells(record)
        result = _evaluated(row, settings, record, folder)
    except Exception as error:
        if folder is not None and not isinstance(error, InputError):
            _log(row, settings, folder)
        reason = row.problem or reason_of(error, row, settings)
        again = is_passing(error)
        result = CaseResult(row.case, FAILED, reason, assessment=cells, try_again=again)
    seconds = round(time.perf_counter() - started, 3)
    return replace(result, fingerprint=fingerprint, seconds=seconds)


def _evaluated(
    row: ManifestRow, settings: CohortSettings, record: PatientRecord | None, folder: Path | None
) -> CaseResult:
    report = _report(row, settings, record)
    if settings.pages and folder is not None:
        write_report(report, folder / REPORT)
    document, cells = report.to_dict(), _cells(report.assessment)
    return CaseResult(row.case, EVALUATED, document=document, assessment=cells)


def _cells(record: PatientRecord | None) -> dict[str, Any]:
    return {} if record is None else dict(record_row(record))


def _report(row: ManifestRow, settings: CohortSettings, record: PatientRecord | None) -> Report:
    case = read_dicom_case(
        row.folder,
        dose=list(row.dose) or None,
        structures=row.structures or None,
        plan=row.plan or None,
    )
    return evaluate(
        case,
        target=list(row.targets) or None,
        cord=row.cord,
        vertebrae=row.vertebrae,
        template=row.template or None,
        gtv=list(row.gtv) or None,
        protocol=protocol_of(row, settings),
        prescription_gy=row.prescription_gy,
        fractions=row.fractions,
        margin_mm=settings.margin_mm,
        mode=settings.mode,
        metrics=settings.metrics,
        override_prescription=row.override_prescription,
        previous_radiation=row.previous_radiation,
        dose_interpolation=settings.dose_interpolation,
        between_contours=settings.between_contours,
        robustness=settings.robustness,
        alpha_beta_gy=settings.alpha_beta_gy,
        assessment=record,
    )


def _log(row: ManifestRow, settings: CohortSettings, folder: Path) -> None:
    library = Path(__file__).resolve().parents[2]
    lines = traceback.format_exc().replace(f"{library}/", "").splitlines()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        text = "\n".join(line and hidden(line, row, settings) for line in lines)
        (folder / PROBLEM_LOG).write_text(f"{text}\n", encoding="utf-8", errors="replace")
    except OSError:
        return  # the reason is in the result all the same
