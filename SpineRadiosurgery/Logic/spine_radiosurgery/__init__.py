"""Spine radiosurgery planning research after Ryu et al. 2015: targets, cord volume, tolerance.

The public API; every name is loaded when first used, so that importing the package is cheap and
needs no library that a caller does not use.

Examples
--------
>>> import spine_radiosurgery as sr
>>> case = sr.read_dicom_case("plan")  # doctest: +SKIP
>>> report = sr.evaluate(case, target="CTV_L1", cord="SpinalCord")  # doctest: +SKIP
>>> report.verdict.status  # doctest: +SKIP
'pass'
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .anatomy import (
        VertebraFrame,
        VertebraSectors,
        expected_organs,
        level_of,
        relabelled,
        split_vertebra,
    )
    from .assessment import (
        AmbulationTable,
        Complication,
        Failure,
        FailureThresholds,
        FollowUp,
        Grades,
        PatientRecord,
        PrescriptionContext,
        RiskFactors,
        Selection,
        SinsChoices,
        TumourVolume,
        Visit,
        ambulation_table,
        decision_for,
        eligibility,
        follow_up_summary,
        measure_failure,
        measure_selection,
        measure_vertebra,
        propose_grade,
        read_record,
        record_document,
        record_row,
        sins_score,
        study_code,
        write_record,
    )
    from .case import Case, ImageVolume, Prescription
    from .cohort import CohortSettings, read_manifest, run_cohort
    from .cord import CordVolume, PlanningRiskVolume, cord_volume, cord_volumes, prv
    from .dicom import (
        inspect_folder,
        read_dicom_case,
        read_structure,
        read_transform,
        write_dicom_case,
        write_segmentation,
    )
    from .dicom.exporting import read_export_source
    from .dose import (
        DoseGrid,
        DosePart,
        DoseSamples,
        DoseSum,
        FallOff,
        Metric,
        SetupRobustness,
        SetupScenario,
        dose_indices,
        fall_off,
        random_scenarios,
        sample_dose,
        setup_robustness,
        sum_doses,
        systematic_scenarios,
    )
    from .geometry import InputError, Structure, moved
    from .phantom import SpinePhantom, make_phantom
    from .report import Report, evaluate
    from .report.comparison import compare_reports
    from .report.presentation import Presentation
    from .report.rendering import read_report_document, render_report
    from .report.writing import write_report
    from .scene.exported import write_exports
    from .targets import (
        EpiduralGap,
        EpiduralGaps,
        Involvement,
        Override,
        Proposal,
        TargetDefinition,
        define_target,
        define_targets,
        epidural_gaps,
        involvement,
        make_target,
        make_targets,
        postoperative_target,
        propose_sectors,
    )
    from .tolerance import (
        Protocol,
        Robustness,
        SetupUncertainty,
        assess_robustness,
        read_protocol,
        write_protocol,
    )

_ROOMS = {
    "anatomy": (
        "VertebraFrame",
        "VertebraSectors",
        "expected_organs",
        "level_of",
        "relabelled",
        "split_vertebra",
    ),
    "assessment": (
        "AmbulationTable",
        "Complication",
        "Failure",
        "FailureThresholds",
        "FollowUp",
        "Grades",
        "PatientRecord",
        "PrescriptionContext",
        "RiskFactors",
        "Selection",
        "SinsChoices",
        "TumourVolume",
        "Visit",
        "ambulation_table",
        "decision_for",
        "eligibility",
        "follow_up_summary",
        "measure_failure",
        "measure_selection",
        "measure_vertebra",
        "propose_grade",
        "read_record",
        "record_document",
        "record_row",
        "sins_score",
        "study_code",
        "write_record",
    ),
    "case": ("Case", "ImageVolume", "Prescription"),
    "cohort": ("CohortSettings", "read_manifest", "run_cohort"),
    "cord": ("CordVolume", "PlanningRiskVolume", "cord_volume", "cord_volumes", "prv"),
    "dicom": (
        "inspect_folder",
        "read_dicom_case",
        "read_structure",
        "read_transform",
        "write_dicom_case",
        "write_segmentation",
    ),
    "dicom.exporting": ("read_export_source",),
    "dose": (
        "DoseGrid",
        "DosePart",
        "DoseSamples",
        "DoseSum",
        "FallOff",
        "Metric",
        "SetupRobustness",
        "SetupScenario",
        "dose_indices",
        "fall_off",
        "random_scenarios",
        "sample_dose",
        "setup_robustness",
        "sum_doses",
        "systematic_scenarios",
    ),
    "geometry": ("InputError", "Structure", "moved"),
    "phantom": ("SpinePhantom", "make_phantom"),
    "report": ("Report", "evaluate"),
    "report.comparison": ("compare_reports",),
    "report.presentation": ("Presentation",),
    "report.rendering": ("read_report_document", "render_report"),
    "report.writing": ("write_report",),
    "scene.exported": ("write_exports",),
    "targets": (
        "EpiduralGap",
        "EpiduralGaps",
        "Involvement",
        "Override",
        "Proposal",
        "TargetDefinition",
        "define_target",
        "define_targets",
        "epidural_gaps",
        "involvement",
        "make_target",
        "make_targets",
        "postoperative_target",
        "propose_sectors",
    ),
    "tolerance": (
        "Protocol",
        "Robustness",
        "SetupUncertainty",
        "assess_robustness",
        "read_protocol",
        "write_protocol",
    ),
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "AmbulationTable",
    "Case",
    "CohortSettings",
    "Complication",
    "CordVolume",
    "DoseGrid",
    "DosePart",
    "DoseSamples",
    "DoseSum",
    "EpiduralGap",
    "EpiduralGaps",
    "Failure",
    "FailureThresholds",
    "FallOff",
    "FollowUp",
    "Grades",
    "ImageVolume",
    "InputError",
    "Involvement",
    "Metric",
    "Override",
    "PatientRecord",
    "PlanningRiskVolume",
    "Prescription",
    "PrescriptionContext",
    "Presentation",
    "Proposal",
    "Protocol",
    "Report",
    "RiskFactors",
    "Robustness",
    "Selection",
    "SetupRobustness",
    "SetupScenario",
    "SetupUncertainty",
    "SinsChoices",
    "SpinePhantom",
    "Structure",
    "TargetDefinition",
    "TumourVolume",
    "VertebraFrame",
    "VertebraSectors",
    "Visit",
    "ambulation_table",
    "assess_robustness",
    "compare_reports",
    "cord_volume",
    "cord_volumes",
    "decision_for",
    "define_target",
    "define_targets",
    "dose_indices",
    "eligibility",
    "epidural_gaps",
    "evaluate",
    "expected_organs",
    "fall_off",
    "follow_up_summary",
    "inspect_folder",
    "involvement",
    "level_of",
    "make_phantom",
    "make_target",
    "make_targets",
    "measure_failure",
    "measure_selection",
    "measure_vertebra",
    "moved",
    "postoperative_target",
    "propose_grade",
    "propose_sectors",
    "prv",
    "random_scenarios",
    "read_dicom_case",
    "read_export_source",
    "read_manifest",
    "read_protocol",
    "read_record",
    "read_report_document",
    "read_structure",
    "read_transform",
    "read_vertebrae",
    "record_document",
    "record_row",
    "relabelled",
    "render_report",
    "run_cohort",
    "sample_dose",
    "setup_robustness",
    "sins_score",
    "split_vertebra",
    "study_code",
    "sum_doses",
    "systematic_scenarios",
    "write_dicom_case",
    "write_exports",
    "write_protocol",
    "write_record",
    "write_report",
    "write_segmentation",
]


def read_vertebrae(path: str | os.PathLike[str], scheme: str = "auto") -> dict[str, Structure]:
    """Read all vertebrae of a segmentation or label map, by level.

    Parameters
    ----------
    path : path
        `.seg.nrrd` with named segments, NIfTI, NRRD or MetaImage label map; any index order.
    scheme : str
        What the label numbers mean: "verse", "totalsegmentator-v2" or another of `anatomy.SCHEMES`
        and `anatomy.ALIASES`. By default the names in the file count; where it has none, the scheme
        in whose order the labels lie.

    Returns
    -------
    dict
        Level to structure, from head to foot (see `anatomy.vertebrae_in`).

    Raises
    ------
    InputError
        The file cannot be read, holds no vertebra, or its numbers mean different levels in
        different schemes.

    Examples
    --------
    >>> vertebrae = sr.read_vertebrae("totalsegmentator.nii.gz")  # doctest: +SKIP
    >>> sectors = sr.split_vertebra(vertebrae["L3"])  # doctest: +SKIP
    """
    # Files are the business of `dicom` and levels that of `anatomy`, which may not import one
    # another; they meet here, loaded when first used.
    from .anatomy import vertebrae_in
    from .dicom import read_label_map

    return vertebrae_in(read_label_map(path), scheme)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
