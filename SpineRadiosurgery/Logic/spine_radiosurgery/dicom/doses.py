"""RTDOSE: grid geometry, units, and what kind of dose the numbers are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from pydicom.dataset import Dataset

from ..dose import DoseGrid
from ..geometry import InputError, report_progress, with_progress
from .pixels import stored_pixels
from .scanning import LoadedFile, ScannedFile, load
from .values import LPS_TO_RAS, FloatArray, items, number, numbers, plane_axes, text, whole

FRAME_TOLERANCE = 0.01
"""A dose plane may be off the regular grid by this share of the spacing (rounded text)."""
LARGEST_DOSE_GY = 1e9
"""Beyond any slip of units; a dose in cGy taken for Gy is a matter of the plan's prescription."""
PLAN_DOSES = ("PLAN", "MULTI_PLAN")
PARTIAL_DOSES = ("BEAM", "FRACTION")


@dataclass(frozen=True)
class DoseChoice:
    """What the caller takes on when a dose is not plainly the plan's total dose in Gy.

    Attributes
    ----------
    relative_dose_gy : float, optional
        Dose in Gy that a stored value of 1 stands for, where DoseUnits is RELATIVE (a dose stored
        in percent of 16 Gy takes 0.16).
    sum_beams : bool
        Add up all BEAM (or all FRACTION) doses of one plan.
    scale : float, optional
        Factor that makes the plan's total dose of a single BEAM or FRACTION dose.
    summation_type : str
        What a dose without DoseSummationType is to be taken for ("PLAN").
    """

    relative_dose_gy: float | None = None
    sum_beams: bool = False
    scale: float | None = None
    summation_type: str = ""

    def __post_init__(self) -> None:
        for name, value in (("relative_dose_gy", self.relative_dose_gy), ("scale", self.scale)):
            if value is not None and not (np.isfinite(value) and value > 0):
                raise InputError(f"Dose choice: {name} = {value:g} must be positive.")
        if self.summation_type not in ("", *PLAN_DOSES):
            raise InputError(
                f"Dose choice: summation_type '{self.summation_type}' must be PLAN or MULTI_PLAN."
            )


@dataclass(frozen=True, eq=False)
class ReadDose:
    """A dose as read.

    Attributes
    ----------
    values_gy : (k, j, i) array
    ijk_to_ras : (4, 4) array
    summation : str
        PLAN, MULTI_PLAN, "sum of BEAM", ...
    label, uid, frame_uid : str
    file : str
        Its file, or the first of those that were summed.
    plan_uids : tuple of str
        SOP Instance UIDs of the plans it says it belongs to.
    beam_numbers : tuple of int
        Beams of the plan that it says it holds (BEAM doses).
    warnings : tuple of str
    """

    values_gy: FloatArray
    ijk_to_ras: FloatArray
    summation: str
    label: str
    uid: str
    frame_uid: str
    file: str
    plan_uids: tuple[str, ...]
    beam_numbers: tuple[int, ...]
    warnings: tuple[str, ...]

    def grid(self, to_planning_ras: FloatArray | None = None) -> DoseGrid:
        """Return the dose grid, moved by a rigid RAS matrix where it lies in another frame."""
        matrix = self.ijk_to_ras if to_planning_ras is None else to_planning_ras @ self.ijk_to_ras
        return DoseGrid(self.values_gy, matrix)


def read_dose(
    files: Sequence[ScannedFile], choice: DoseChoice
) -> tuple[ReadDose, tuple[LoadedFile, ...]]:
    """Read one RTDOSE, or the sum of several BEAM or FRACTION doses on one grid.

    Raises
    ------
    InputError
        If the dose has no scaling, is relative, is not the plan's dose and was not chosen to be
        taken for it, lies on an uneven grid, or holds negative values or no dose at all.
    """
    total: ReadDose | None = None
    loaded = []
    for file in with_progress(files, "Reading the dose"):
        whole_file = load(file)
        loaded.append(whole_file)
        report_progress()
        dose = _read_one(file, whole_file.dataset, choice, partial=len(files) > 1)
        total = dose if total is None else _added(total, dose, files[0].name, file.name)
    if total is None:
        raise InputError("No dose was chosen.")
    if total.values_gy.max() <= 0:
        raise InputError(f"{files[0].name}: the dose is 0 Gy everywhere; export it again.")
    return total, tuple(loaded)


def referenced_plans(header: Dataset, file: str) -> tuple[str, ...]:
    """Return the SOP Instance UIDs of the plans a dose refers to."""
    references = items(header, "ReferencedRTPlanSequence", file)
    return tuple(
        dict.fromkeys(uid for r in references if (uid := text(r, "ReferencedSOPInstanceUID")))
    )


def _referenced_beams(dataset: Dataset, file: str) -> tuple[int, ...]:
    return tuple(
        beam
        for plan in items(dataset, "ReferencedRTPlanSequence", file)
        for group in items(plan, "ReferencedFractionGroupSequence", file)
        for reference in items(group, "ReferencedBeamSequence", file)
        if (beam := whole(reference, "ReferencedBeamNumber", file)) is not None
    )


def grid_geometry(header: Dataset, file: str) -> tuple[tuple[int, int, int], FloatArray]:
    """Return a dose grid's shape (k, j, i) and ijk_to_ras.

    GridFrameOffsetVector is read in both meanings of DICOM PS3.3 C.8.8.3.2, ascending or
    descending: offsets along the normal from the first plane (first value 0), or the planes' own z
    (first value = ImagePositionPatient z and axial rows and columns).

    Raises
    ------
    InputError
        If an attribute is missing or the planes are unevenly spaced.
    """
    origin = numbers(header, "ImagePositionPatient", file, 3)
    spacing = numbers(header, "PixelSpacing", file, 2)
    axes = plane_axes(header, file)
    rows, columns = whole(header, "Rows", file), whole(header, "Columns", file)
    if origin is None or spacing is None or axes is None or not rows or not columns:
        raise InputError(
            f"{file}: the dose grid has no position, orientation, spacing or size; export it again."
        )
    if spacing.min() <= 0:
        raise InputError(f"{file}: PixelSpacing {spacing.tolist()} mm must be positive.")
    frames = whole(header, "NumberOfFrames", file) or 1
    normal = np.cross(*axes)
    step = _frame_step(header, file, frames, float(origin[2]), axes)
    matrix = np.eye(4)
    matrix[:3, 0] = axes[0] * spacing[1]
    matrix[:3, 1] = axes[1] * spacing[0]
    matrix[:3, 2] = normal * step
    matrix[:3, 3] = origin
    return (frames, rows, columns), LPS_TO_RAS @ matrix


def _frame_step(
    header: Dataset, file: str, frames: int, origin_z: float, axes: tuple[FloatArray, FloatArray]
) -> float:
    """Return the signed distance from plane to plane along the normal, in mm."""
    if frames == 1:
        thickness = number(header, "SliceThickness", file)
        if not thickness or thickness <= 0:
            raise InputError(
                f"{file}: the dose has a single plane and no SliceThickness in mm, so it fills no"
                " volume; export the whole dose grid."
            )
        return thickness
    offsets = numbers(header, "GridFrameOffsetVector", file)
    if offsets is None:
        raise InputError(f"{file}: GridFrameOffsetVector is missing; export the dose again.")
    if len(offsets) != frames:
        raise InputError(
            f"{file}: GridFrameOffsetVector has {len(offsets)} values for {frames} planes."
        )
    axial = np.allclose(np.concatenate(axes), [1, 0, 0, 0, 1, 0], atol=1e-4)
    absolute = abs(offsets[0]) > 1e-3
    if absolute and not (axial and abs(offsets[0] - origin_z) <= 1e-2):
        raise InputError(
            f"{file}: GridFrameOffsetVector begins with {offsets[0]:g} mm, which is neither 0"
            " nor the"
            f" first plane's z of {origin_z:g} mm in an axial grid: the planes' positions are"
            " unknown."
        )
    steps = np.diff(offsets)
    step = float(offsets[-1] - offsets[0]) / (frames - 1)
    fit = offsets[0] + step * np.arange(frames)
    if abs(step) < 1e-6 or (np.sign(steps) != np.sign(step)).any():
        raise InputError(f"{file}: GridFrameOffsetVector does not rise or fall steadily.")
    if np.abs(offsets - fit).max() > max(0.01, FRAME_TOLERANCE * abs(step)):
        usual = float(np.median(steps))
        odd = int(np.argmax(np.abs(steps - usual)))
        place = offsets[odd] + (0.0 if absolute else origin_z)
        raise InputError(
            f"{file}: the dose planes are unevenly spaced ({abs(steps[odd]):.3f} mm after plane"
            f" {odd + 1} near z = {place:.2f} mm, {abs(usual):.3f} mm elsewhere); export the"
            " dose on a"
            " regular grid."
        )
    return step


def _read_one(
    file: ScannedFile, dataset: Dataset, choice: DoseChoice, *, partial: bool
) -> ReadDose:
    name = file.name
    summation, factor, warnings = _summation(dataset, name, choice, partial)
    unit_factor, more = _unit_factor(dataset, name, choice)
    _, matrix = grid_geometry(dataset, name)
    stored = stored_pixels(dataset, name, overlays=False)
    scaling = number(dataset, "DoseGridScaling", name)
    if scaling is None:
        raise InputError(
            f"{name}: DoseGridScaling is missing, so the stored numbers (largest"
            f" {int(stored.max())}) cannot be turned into Gy; export the dose again."
        )
    if scaling <= 0:
        raise InputError(f"{name}: DoseGridScaling = {scaling:g} must be positive.")
    if unit_factor is None:
        raise InputError(
            f"{name}: the dose is relative (largest value {stored.max() * scaling:g}), not in Gy;"
            " export it in Gy or say how many Gy a value of 1 stands for."
        )
    values = stored * (scaling * unit_factor * factor)
    if not values.max() <= LARGEST_DOSE_GY:
        raise InputError(
            f"{name}: the dose reaches {values.max():.3g} Gy; no plan does, export it again in Gy."
        )
    if values.min() < 0:
        k, j, i = np.unravel_index(int(np.argmin(values)), values.shape)
        right, anterior, superior = (matrix @ [i, j, k, 1.0])[:3]
        raise InputError(
            f"{name}: the dose is negative ({values.min():.3g} Gy at R {right:.1f}, A"
            f" {anterior:.1f},"
            f" S {superior:.1f} mm); a plan's dose cannot be, export it again."
        )
    return ReadDose(
        values, matrix, summation, file.label, file.uid, text(dataset, "FrameOfReferenceUID"), name,
        referenced_plans(dataset, name), _referenced_beams(dataset, name), warnings + more,
    )  # fmt: skip


def _summation(
    dataset: Dataset, name: str, choice: DoseChoice, partial: bool
) -> tuple[str, float, tuple[str, ...]]:
    """Return the kind of dose, the factor to the plan's dose, and warnings."""
    stated = text(dataset, "DoseSummationType").upper()
    kind = stated or choice.summation_type
    if kind in PLAN_DOSES:
        if stated:
            return kind, 1.0, ()
        return kind, 1.0, (f"{name} does not say what it sums; it was chosen to be {kind}.",)
    if kind in PARTIAL_DOSES and partial:
        return f"sum of {kind}", 1.0, ()
    if kind in PARTIAL_DOSES and choice.scale is not None:
        warning = (
            f"{name} is a {kind} dose, scaled by {choice.scale:g} to the plan's dose as chosen."
        )
        return f"scaled {kind}", choice.scale, (warning,)
    if not kind:
        raise InputError(
            f"{name}: DoseSummationType is missing, so it is unknown whether this is the"
            " plan's whole"
            " dose; export it again or say what it is."
        )
    if kind in PARTIAL_DOSES:
        raise InputError(
            f"{name} is a {kind} dose, not the plan's whole dose; export the PLAN dose, or"
            " choose to"
            " sum the doses of the plan."
        )
    raise InputError(f"{name}: a dose of summation type {kind} is not the plan's whole dose.")


def _unit_factor(
    dataset: Dataset, name: str, choice: DoseChoice
) -> tuple[float | None, tuple[str, ...]]:
    """Return Gy for each unit of the scaled value (None: relative and not chosen), and warnings."""
    units = text(dataset, "DoseUnits").upper()
    kind = text(dataset, "DoseType").upper()
    warnings: tuple[str, ...] = ()
    if kind == "ERROR":
        raise InputError(f"{name} is a map of dose differences (DoseType ERROR), not a dose.")
    if kind == "EFFECTIVE":
        warnings += (
            f"{name} is a biologically effective dose (DoseType EFFECTIVE); the limits are"
            " stated for"
            " physical dose.",
        )
    elif kind != "PHYSICAL":
        said = f"DoseType {kind}" if kind else "no DoseType"
        warnings += (f"{name} has {said}; it is taken for physical dose.",)
    if units == "GY":
        return 1.0, warnings
    if units != "RELATIVE":
        raise InputError(f"{name}: DoseUnits is '{units or 'missing'}'; doses in Gy are read.")
    if choice.relative_dose_gy is None:
        return None, warnings
    warnings += (f"{name} is a relative dose; 1 was chosen to be {choice.relative_dose_gy:g} Gy.",)
    return choice.relative_dose_gy, warnings


def _added(total: ReadDose, dose: ReadDose, first: str, name: str) -> ReadDose:
    same_grid = total.values_gy.shape == dose.values_gy.shape and np.allclose(
        total.ijk_to_ras, dose.ijk_to_ras, atol=1e-3
    )
    if not same_grid or total.frame_uid != dose.frame_uid:
        raise InputError(f"{name} and {first} cannot be summed: their dose grids differ.")
    if total.plan_uids != dose.plan_uids or total.summation != dose.summation:
        raise InputError(f"{name} and {first} cannot be summed: they belong to different plans.")
    twice = set(total.beam_numbers) & set(dose.beam_numbers)
    if twice:
        raise InputError(f"{name}: the dose of beam {min(twice)} is there twice; remove one.")
    return replace(
        total,
        beam_numbers=total.beam_numbers + dose.beam_numbers,
        values_gy=total.values_gy + dose.values_gy,
        warnings=tuple(dict.fromkeys(total.warnings + dose.warnings)),
    )
