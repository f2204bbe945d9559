"""A DICOM structured report (SR, TID 1500) of the metrics and verdicts, through highdicom."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pydicom
from pydicom.dataset import Dataset

from ... import __version__
from ...case import PatientIdentity
from ...geometry import InputError
from ..writing_common import MANUFACTURER
from ..writing_structures import RT_STRUCTURE_STORAGE
from .common import (
    new_object,
    object_uids,
    own_uid,
    put_equipment,
    put_moment,
    put_patient_and_study,
)
from .files import write_object
from .packages import check_highdicom
from .report_codes import (
    COMMENT,
    IMAGING,
    PRIVATE,
    PRIVATE_NAME,
    SOURCE_OF_MEASUREMENT,
    UNITS,
    VALUE_UNKNOWN,
    VERDICTS,
    constraint_code,
    metric_code,
    own_code,
)
from .segmentation import tracking_uid, without_patient
from .source import ExportSource
from .structures import Code, ExportedStructure, ExportResult

SEGMENTATION_STORAGE = "1.2.840.10008.5.1.4.1.1.66.4"
_SERIES_NUMBER = 9003
_UNKNOWN_TYPE: Code = ("130060", "DCM", "Organ At Risk")
_MEASURED: Code = ("123037004", "SCT", "Anatomical Structure")


def export_sr(
    path: str | os.PathLike[str],
    document: Mapping[str, Any],
    structures: Sequence[ExportedStructure],
    source: ExportSource,
    *,
    segmentation: ExportResult | None = None,
    structure_set: ExportResult | None = None,
    identity: PatientIdentity | None = None,
    moment: datetime | None = None,
) -> ExportResult:
    """Write the metrics of a report as a structured report, one measurement group a structure.

    Parameters
    ----------
    path : path
        New file.
    document : mapping
        What `report.json` holds.
    structures : sequence of ExportedStructure
        Those in `segmentation` and `structure_set`; the report's other structures are named only.
    source : ExportSource
    segmentation, structure_set : ExportResult, optional
        Objects of the same export: groups refer to their segments, else to the structure set.
    identity, moment
        As in `export_rtstruct`.

    Raises
    ------
    InputError
        highdicom is missing, pydicom is older than 3, or there is no metric.
    """
    check_highdicom()
    groups = _Groups(document, structures, source, segmentation, structure_set)
    content = json.dumps([document["metrics"], document["constraints"]], sort_keys=True)
    related = [r for r in (segmentation, structure_set) if r is not None]
    sha = hashlib.sha256("|".join([content, repr(identity), *(r.uid for r in related)]).encode())
    uids = object_uids("SR", source, sha.hexdigest())
    evidence = [_evidence(result) for result in related] or _images(source, identity)
    evidence = [without_patient(dataset) for dataset in evidence]
    report = _report(groups.made(), evidence, uids)
    _finish(report, document, moment or datetime.now())
    put_patient_and_study(report, source, identity)
    result = Path(path)
    write_object(report, result)
    return ExportResult(result, uids[1])


class _Groups:
    """Measurement groups of all structures of a report."""

    def __init__(
        self,
        document: Mapping[str, Any],
        structures: Sequence[ExportedStructure],
        source: ExportSource,
        segmentation: ExportResult | None,
        structure_set: ExportResult | None,
    ) -> None:
        self.document = document
        # A structure of the report may lie in the file under another name.
        self.exported = {s.structure.name: s for s in structures if s.role != "sector"}
        self.source = source
        self.segmentation, self.structure_set = segmentation, structure_set
        self.segment_of = (
            {
                s.name: written.number
                for s, written in zip(structures, segmentation.structures, strict=True)
            }
            if segmentation
            else {}
        )

    def made(self) -> list[Any]:
        names = list(dict.fromkeys(row["structure"] for row in self.document["metrics"]))
        if not names:
            raise InputError("The report holds no metric; there is nothing for a DICOM SR.")
        return [self._group(name) for name in names]

    def _group(self, name: str) -> Any:
        from highdicom import sr

        exported = self.exported.get(name)
        metrics = [r for r in self.document["metrics"] if r["structure"] == name]
        common = {
            "tracking_identifier": sr.TrackingIdentifier(
                tracking_uid(self.source, exported.name if exported else name),
                exported.name if exported else name,
            ),
            "finding_type": _concept(exported.type if exported else _UNKNOWN_TYPE),
            "measurements": [_measurement(row) for row in metrics if row["value"] is not None],
            "qualitative_evaluations": [*_unknown(metrics), *self._verdicts(name)],
        }
        if exported is not None and exported.name in self.segment_of:
            group = sr.VolumetricROIMeasurementsAndQualitativeEvaluations(
                referenced_segment=self._segment(self.segment_of[exported.name]), **common
            )
        else:
            group = sr.MeasurementsAndQualitativeEvaluations(**common)
        for text in _reasons(metrics):
            group[0].ContentSequence.append(_text(COMMENT, text))
        if exported is not None and self.structure_set is not None:
            group[0].ContentSequence.append(self._contours())
        return group

    def _segment(self, number: int) -> Any:
        from highdicom import sr

        assert self.segmentation is not None
        return sr.ReferencedSegment(
            sop_class_uid=SEGMENTATION_STORAGE,
            sop_instance_uid=self.segmentation.uid,
            segment_number=number,
            source_series=sr.SourceSeriesForSegmentation(self.source.series_uid),
        )

    def _contours(self) -> Any:
        from highdicom import sr

        assert self.structure_set is not None
        return sr.CompositeContentItem(
            name=_concept(SOURCE_OF_MEASUREMENT),
            referenced_sop_class_uid=RT_STRUCTURE_STORAGE,
            referenced_sop_instance_uid=self.structure_set.uid,
            relationship_type=sr.RelationshipTypeValues.CONTAINS,
        )

    def _verdicts(self, name: str) -> Iterator[Any]:
        from highdicom import sr

        for row in self.document["constraints"]:
            if row["structure"] == name:
                yield sr.QualitativeEvaluation(
                    name=_concept(constraint_code(row)), value=_concept(VERDICTS[row["status"]])
                )


def _measurement(row: Mapping[str, Any]) -> Any:
    from highdicom import sr

    return sr.Measurement(
        name=_concept(metric_code(row["metric"])),
        value=float(row["value"]),
        unit=_concept(UNITS[row["unit"]]),
    )


def _unknown(metrics: Sequence[Mapping[str, Any]]) -> Iterator[Any]:
    """Metrics that could not be had: said by a code, for no number may stand for them."""
    from highdicom import sr

    for row in metrics:
        if row["value"] is None:
            yield sr.QualitativeEvaluation(
                name=_concept(metric_code(row["metric"])), value=_concept(VALUE_UNKNOWN)
            )


def _reasons(metrics: Sequence[Mapping[str, Any]]) -> list[str]:
    return [f"{r['metric']}: {r['reason']}" for r in metrics if r["value"] is None and r["reason"]]


def _concept(code: Code) -> Any:
    from highdicom.sr import CodedConcept

    return CodedConcept(*code)


def _text(name: Code, value: str) -> Any:
    from highdicom import sr

    return sr.TextContentItem(
        name=_concept(name), value=value, relationship_type=sr.RelationshipTypeValues.CONTAINS
    )


def _evidence(result: ExportResult) -> Dataset:
    return pydicom.dcmread(result.path, stop_before_pixels=True)


def _images(source: ExportSource, identity: PatientIdentity | None) -> list[Dataset]:
    """The planning image's first slice, where no other object stands for it."""
    image = new_object(
        source.class_uid, ("", source.image_uids[0]), source, identity, datetime.now()
    )
    image.SeriesInstanceUID = source.series_uid
    image.Modality = source.headers[0].get("Modality", "CT")
    return [image]


def _report(groups: list[Any], evidence: list[Dataset], uids: tuple[str, str]) -> Any:
    import highdicom
    from highdicom import sr
    from pydicom.sr.codedict import codes

    device = sr.DeviceObserverIdentifyingAttributes(
        uid=own_uid("device", MANUFACTURER, __version__),
        name=MANUFACTURER,
        manufacturer_name=MANUFACTURER,
        model_name=f"{MANUFACTURER} {__version__}",
    )
    observer = sr.ObserverContext(
        observer_type=codes.DCM.Device, observer_identifying_attributes=device
    )
    content = sr.MeasurementReport(
        observation_context=sr.ObservationContext(observer_device_context=observer),
        procedure_reported=_concept(IMAGING),
        imaging_measurements=groups,
    )
    return highdicom.sr.ComprehensiveSR(
        evidence=evidence,
        content=content[0],
        series_instance_uid=uids[0],
        series_number=_SERIES_NUMBER,
        sop_instance_uid=uids[1],
        instance_number=1,
        manufacturer=MANUFACTURER,
        is_complete=True,
        is_final=False,
        is_verified=False,
        series_description="Spine radiosurgery metrics",
    )


def _finish(report: Any, document: Mapping[str, Any], moment: datetime) -> None:
    """Say what decided the verdict, whose codes these are, and when."""
    protocol, verdict = document["provenance"]["protocol"], document["verdict"]
    limits = {
        own_code("VERDICT", "Verdict on the cord's tolerance"): (
            f"{verdict['status']}: {verdict['reason']}"
        ),
        own_code("PROTOCOL", "Protocol of limits"): (
            f"{protocol['identifier']} {protocol['version']}: {protocol['title']}"
        ),
        own_code("PROTOCOL_SHA256", "SHA-256 of the protocol"): protocol["sha256"],
        own_code("PRESCRIPTION", "Prescription"): (
            f"{document['prescription']['dose_gy']:g} Gy in"
            f" {document['prescription']['fractions']} fraction(s)"
        ),
        own_code("GENERATED_BY", "Generated by"): document["generated_by"],
        own_code("RESEARCH_USE", "Intended use"): "Research only; not a medical device.",
    }
    report.ContentSequence.extend(_text(name, value) for name, value in limits.items())
    scheme = Dataset()
    scheme.CodingSchemeDesignator, scheme.CodingSchemeName = PRIVATE, PRIVATE_NAME
    scheme.CodingSchemeResponsibleOrganization = MANUFACTURER
    report.CodingSchemeIdentificationSequence = [scheme]
    put_equipment(report)
    put_moment(report, moment, "Content", "Series")
