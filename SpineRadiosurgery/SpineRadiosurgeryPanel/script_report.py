"""The script's last calls: the report and the exports, as they were asked for."""

import json

REPORTED = "SpineRadiosurgery.ReportedAs"
"""Attribute of an evaluation's table: how the report was asked for."""
EXPORTED = "SpineRadiosurgery.ExportedAs"
"""Attribute likewise of the DICOM export."""

_REPORT = {
    "withScene": True,
    "pdf": False,
    "identify": False,
    "language": "en",
    "dateFormat": "iso",
    "paper": "a4",
}
_EXPORT = {"kinds": ["rtstruct"], "merge": False, "identify": False}


def reportArguments(case):
    """Return the arguments of ``exportReport``; as chosen in the panel while nothing was written."""
    asked = _kept(case, REPORTED)
    if not asked and case.reportFolder:
        asked = {
            "folder": case.reportFolder,
            "withScene": case.reportWithScene,
            "pdf": case.reportPdf,
            "identify": case.reportIdentify,
            "language": case.reportLanguage,
            "dateFormat": case.reportDateFormat,
            "paper": case.reportPaper,
            "withRecord": case.assessmentNode is not None,
        }
    record = ["recordNode=recordNode"] if asked.get("withRecord") and case.assessmentNode is not None else []
    return _arguments(asked, _REPORT) + record


def exportArguments(case):
    """Return the arguments of ``exportDicom``; none while nothing was exported."""
    return _arguments(_kept(case, EXPORTED), _EXPORT)


def _kept(case, attribute):
    return json.loads(case.constraintsTable.GetAttribute(attribute) or "{}")


def _arguments(asked, standard):
    if not asked:
        return []
    chosen = [f"{key}={asked[key]!r}" for key, value in standard.items() if asked.get(key, value) != value]
    return [repr(asked["folder"]), "table", *chosen]
