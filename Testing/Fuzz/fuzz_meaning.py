"""Changes of a case that change its meaning and show: each must be refused or said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import builders
import fuzz_bases
import numpy as np
from fuzz_dicom import set_raw
from fuzz_editing import Change, edit, setting, slices
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items


def moved_contours(
    which: int, shift: tuple[float, float, float], only: slice = slice(None)
) -> Change:
    def change(dataset: Dataset) -> None:
        for contour in list(dataset.ROIContourSequence[which].ContourSequence)[only]:
            points = np.reshape(contour.ContourData, (-1, 3)).astype(float) + shift
            contour.ContourData = [float(v) for v in points.ravel()]

    return lambda folder: edit(folder / "RS.dcm", change)


def missing_slice(folder: Path) -> None:
    slices(folder)[4].unlink()


def one_slice(**values: Any) -> Change:
    return lambda folder: setting(f"CT/{slices(folder)[4].name}", **values)(folder)


def second_dose(folder: Path) -> None:
    edit(folder / "RD.dcm", lambda d: None)
    builders.write_dose(folder / "RD2.dcm", fuzz_bases.dose_gy(), SOPInstanceUID="1.2.3.61")


def changed_dose_of_one_uid(folder: Path) -> None:
    builders.write_dose(folder / "RD2.dcm", fuzz_bases.dose_gy() + 1)


def cut_pixels(count: int) -> Change:
    def change(dataset: Dataset) -> None:
        dataset.PixelData = (
            dataset.PixelData[:count] if count < 0 else dataset.PixelData + b"\0" * count
        )

    return lambda folder: edit(folder / "RD.dcm", change)


def dose_scaled(factor: float) -> Change:
    def change(dataset: Dataset) -> None:
        dataset.DoseGridScaling = float(dataset.DoseGridScaling) * factor

    return lambda folder: edit(folder / "RD.dcm", change)


def offsets(*values: float) -> Change:
    def change(dataset: Dataset) -> None:
        found = [float(v) for v in dataset.GridFrameOffsetVector]
        dataset.GridFrameOffsetVector = [*values, *found[len(values) :]]

    return lambda folder: edit(folder / "RD.dcm", change)


def contour_edit(change: Callable[[Dataset], None], which: int = 1) -> Change:
    """Change the second contour of a structure, by default of the target."""
    return lambda folder: edit(
        folder / "RS.dcm", lambda d: change(d.ROIContourSequence[which].ContourSequence[1])
    )


def lost_contour(which: int) -> Change:
    def change(dataset: Dataset) -> None:
        del dataset.ROIContourSequence[which].ContourSequence[2]

    return lambda folder: edit(folder / "RS.dcm", change)


def crossing(contour: Dataset) -> None:
    points = np.reshape(contour.ContourData, (-1, 3)).astype(float)
    half = len(points) // 2
    points[1], points[half] = points[half].copy(), points[1].copy()
    contour.ContourData = [float(v) for v in points.ravel()]


def plan_edit(change: Callable[[Dataset], None]) -> Change:
    return lambda folder: edit(folder / "RP.dcm", change)


def of_other_structures(dataset: Dataset) -> None:
    dataset.ReferencedStructureSetSequence = Items(
        [
            builders.item(
                ReferencedSOPClassUID=builders.SET_CLASS, ReferencedSOPInstanceUID="1.2.3.555"
            )
        ]
    )


def other_frame_of_structures(dataset: Dataset) -> None:
    dataset.ReferencedFrameOfReferenceSequence[0].FrameOfReferenceUID = builders.OTHER_FRAME
    for roi in dataset.StructureSetROISequence:
        roi.ReferencedFrameOfReferenceUID = builders.OTHER_FRAME


def renamed(which: int, name: str) -> Change:
    def change(dataset: Dataset) -> None:
        dataset.StructureSetROISequence[which].ROIName = name

    return lambda folder: edit(folder / "RS.dcm", change)


def fractions(count: int | None) -> Change:
    def change(dataset: Dataset) -> None:
        dataset.FractionGroupSequence[0].NumberOfFractionsPlanned = count

    return plan_edit(change)


def prescribed(dose_gy: float | None) -> Change:
    def change(dataset: Dataset) -> None:
        dataset.DoseReferenceSequence[0].TargetPrescriptionDose = dose_gy

    return plan_edit(change)


OTHER_PLAN = builders.plan_reference("1.9")
NOT_FINITE = b"0\\nan\\12\\1\\1\\12\\2\\0\\12"
MUST_BE_SEEN: dict[str, Change] = {
    "a slice missing": missing_slice,
    "a slice moved": one_slice(ImagePositionPatient=[-24.0, -40.0, 13.0]),
    "a slice shifted sideways": one_slice(ImagePositionPatient=[-20.0, -40.0, 12.0]),
    "a slice of other pixels": one_slice(PixelSpacing=[4.0, 2.0]),
    "a slice turned": one_slice(ImageOrientationPatient=[0.0, 1.0, 0.0, 1.0, 0.0, 0.0]),
    "a slice of another patient": one_slice(PatientID="OTHER"),
    "a slice of no slope": one_slice(RescaleSlope=0.0),
    **{
        f"dose scaling {value.decode() or 'empty'}": setting("RD.dcm", DoseGridScaling=value)
        for value in (b"nan", b"0", b"-0.01", b"", b"inf", b"1e300", b"0.01\\0.02", b"one")
    },
    "dose a hundred times": dose_scaled(100.0),
    "dose a hundredth": dose_scaled(0.01),
    "dose at 40 percent": dose_scaled(0.4),
    "dose relative": setting("RD.dcm", DoseUnits="RELATIVE"),
    "dose without units": setting("RD.dcm", DoseUnits=None),
    "dose differences": setting("RD.dcm", DoseType="ERROR"),
    "dose effective": setting("RD.dcm", DoseType="EFFECTIVE"),
    "dose of a beam": setting("RD.dcm", DoseSummationType="BEAM"),
    "dose of no kind": setting("RD.dcm", DoseSummationType=None),
    "dose of another plan": setting("RD.dcm", ReferencedRTPlanSequence=OTHER_PLAN),
    "dose of no plan": setting("RD.dcm", ReferencedRTPlanSequence=None),
    "dose of another frame": setting("RD.dcm", FrameOfReferenceUID=builders.OTHER_FRAME),
    "dose of another patient": setting("RD.dcm", PatientID="OTHER"),
    "dose planes uneven": offsets(0.0, 3.0, 6.4),
    "dose planes back and forth": offsets(0.0, 6.0, 3.0),
    "dose planes all at one place": offsets(*[0.0] * 11),
    "dose planes begun elsewhere": offsets(1.0),
    "dose planes not counted": setting("RD.dcm", NumberOfFrames=10),
    "dose rows not counted": setting("RD.dcm", Rows=14),
    "dose without position": setting("RD.dcm", ImagePositionPatient=None),
    "dose spacing negative": setting("RD.dcm", PixelSpacing=[-3.0, 2.5]),
    "dose spacing 0": setting("RD.dcm", PixelSpacing=[3.0, 0.0]),
    "dose sheared": setting("RD.dcm", ImageOrientationPatient=[1.0, 0.2, 0.0, 0.0, 1.0, 0.0]),
    "dose far away": setting("RD.dcm", ImagePositionPatient=[500.0, -30.0, -1.0]),
    "dose pixels cut": cut_pixels(-2),
    "dose pixels too many": cut_pixels(64),
    "dose pixels of other width": setting("RD.dcm", BitsAllocated=32),
    "dose pixels with bits unused": setting("RD.dcm", BitsStored=8, HighBit=7),
    "two doses": second_dose,
    "two doses of one UID": changed_dose_of_one_uid,
    "structures of another frame": lambda f: edit(f / "RS.dcm", other_frame_of_structures),
    "structures of another patient": setting("RS.dcm", PatientID="OTHER"),
    "contour off its slice": moved_contours(1, (0.0, 0.0, 1.0), slice(1, 2)),
    "contours outside the image": moved_contours(0, (0.0, 0.0, 300.0)),
    "cord outside the dose": moved_contours(0, (200.0, 0.0, 0.0)),
    "target outside the dose": moved_contours(1, (200.0, 0.0, 0.0)),
    "contour lost in the target": lost_contour(1),
    "contour lost in the cord": lost_contour(0),
    "contour crossing itself": contour_edit(crossing),
    "contour of too few points": contour_edit(lambda c: setattr(c, "ContourData", [0, 0, 12])),
    "contour not finite": contour_edit(lambda c: set_raw(c, 0x30060050, "DS", NOT_FINITE)),
    "contour miscounted": contour_edit(lambda c: setattr(c, "NumberOfContourPoints", 7)),
    "contour not of threes": contour_edit(lambda c: setattr(c, "ContourData", c.ContourData[:-1])),
    "contour open": contour_edit(lambda c: setattr(c, "ContourGeometricType", "OPEN_PLANAR")),
    "target lost": renamed(1, "Something"),
    "two structures of one name": renamed(0, fuzz_bases.TARGET),
    "plan of another frame": setting("RP.dcm", FrameOfReferenceUID=builders.OTHER_FRAME),
    "plan of another patient": setting("RP.dcm", PatientID="OTHER"),
    "plan of other structures": plan_edit(of_other_structures),
    "plan missing": lambda folder: (folder / "RP.dcm").unlink(),
    "plan with 0 fractions": fractions(0),
    "plan with -1 fractions": fractions(-1),
    "plan with 1000 fractions": fractions(1000),
    "plan in cGy": prescribed(1600.0),
    "plan with a negative dose": prescribed(-16.0),
    "plan without a dose": prescribed(None),
}  # fmt: skip
