"""Small patients with UIDs of their own, whose files go wherever a test puts them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builders import (
    cord,
    item,
    plan_reference,
    target,
    write_dose,
    write_images,
    write_plan,
    write_structures,
)
from pydicom.sequence import Sequence as Items

from spine_radiosurgery.case import study_code

SLICES = (0.0, 12.0, 24.0, 36.0)


@dataclass(frozen=True)
class Made:
    """A patient whose UIDs and texts are told by a number."""

    number: int

    @property
    def identifier(self) -> str:
        return f"PAT-{self.number:05d}"

    @property
    def code(self) -> str:
        return study_code(self.identifier)

    def uid(self, what: str) -> str:
        return f"1.2.{self.number}.{['study', 'frame', 'ct', 'set', 'dose', 'plan'].index(what)}"

    def common(self, **changes: Any) -> dict[str, Any]:
        return {
            "PatientID": self.identifier,
            "PatientName": f"Secret{self.number}^Patient",
            "StudyInstanceUID": self.uid("study"),
            "FrameOfReferenceUID": self.uid("frame"),
            **changes,
        }

    def images(self, folder: Path, **changes: Any) -> list[Path]:
        series = changes.pop("series", self.uid("ct"))
        return write_images(folder, SLICES, series=series, **self.common(**changes))

    def structures(self, path: Path, rois: Any = None, **changes: Any) -> Path:
        rois = (cord(), target()) if rois is None else rois
        for roi in rois:
            roi.frame = self.uid("frame")
        uid = changes.pop("uid", self.uid("set"))
        series = changes.pop("series", self.uid("ct"))
        own = self.common(SOPInstanceUID=uid, FrameOfReferenceUID=None, **changes)
        return write_structures(path, rois, series=series, **own)

    def dose(self, path: Path, **changes: Any) -> Path:
        own = {
            "SOPInstanceUID": changes.pop("uid", self.uid("dose")),
            "ReferencedRTPlanSequence": plan_reference(self.uid("plan")),
        }
        return write_dose(path, **self.common(**(own | changes)))

    def plan(self, path: Path, **changes: Any) -> Path:
        structures = changes.pop("structures", self.uid("set"))
        own = {
            "SOPInstanceUID": changes.pop("uid", self.uid("plan")),
            "ReferencedStructureSetSequence": Items([item(ReferencedSOPInstanceUID=structures)]),
        }
        return write_plan(path, **self.common(**(own | changes)))

    def write(self, folder: Path, prefix: str = "") -> Path:
        """Write a whole case into one folder."""
        for path in self.images(folder / f"{prefix}scratch"):
            path.rename(folder / f"{prefix}{path.name}")
        (folder / f"{prefix}scratch").rmdir()
        self.structures(folder / f"{prefix}RS.dcm")
        self.dose(folder / f"{prefix}RD.dcm")
        self.plan(folder / f"{prefix}RP.dcm")
        return folder


__all__ = ["SLICES", "Made", "cord", "item", "plan_reference", "target"]
