"""From parameters to a patient."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from ..case import Case, ImageVolume, Prescription
from ..geometry import report_progress, stage
from .column import column_lattice, make_column, sizes_of
from .curve import SpineCurve, spine_curve
from .drawing import draw_structures
from .image import make_image
from .lattice import FloatArray, Lattice
from .orientation import reordered, reordered_truth
from .parameters import SpinePhantom
from .targets import make_targets
from .torso import Torso
from .treatment import as_dose_grid, make_dose
from .truth import PhantomTruth, make_truth
from .vertebra import vertical_reach_mm

# Image beyond the outermost complete vertebrae.
_BEYOND_MM = 5.0
# Contours are traced, and bone is painted, on half pixels if the CT's are larger than this.
_FINE_MM = 0.8


@dataclass(frozen=True, eq=False)
class Phantom:
    """A phantom patient and the truth about it."""

    parameters: SpinePhantom
    case: Case
    truth: PhantomTruth


def make_phantom(parameters: SpinePhantom | None = None) -> Case:
    """Make the case of a phantom patient: CT, contours, dose and prescription.

    Parameters
    ----------
    parameters : SpinePhantom, optional
        Default: T8 vertebral body, 16 Gy in one fraction.
    """
    return build_phantom(parameters).case


def build_phantom(parameters: SpinePhantom | None = None) -> Phantom:
    """Make a phantom patient together with the truth about its anatomy."""
    parameters = parameters or SpinePhantom()
    report_progress("Making the spine", 0.0)
    curve = spine_curve(parameters)
    torso = Torso.at(parameters.level_index, curve)
    lattice = _image_lattice(curve, torso, parameters)
    fineness = 2 if parameters.pixel_spacing_mm > _FINE_MM else 1
    column = make_column(column_lattice(lattice, curve, fineness), fineness, curve, parameters)
    report_progress("Making the target", 0.35)
    targets = make_targets(column, parameters)
    report_progress("Making the image", 0.4)
    hu = make_image(lattice, torso, column, targets, parameters)
    report_progress("Making the dose", 0.6)
    dose_gy, dose_lattice = make_dose(lattice, torso, column, targets, parameters)
    with stage("Drawing structures", 0.7, 0.97):
        structures = draw_structures(lattice, torso, column, targets, parameters)
    report_progress("Noting the truth", 0.97)
    truth = make_truth(lattice, curve, column, targets, parameters)
    code = parameters.orientation
    values, matrix = reordered(hu, lattice.ijk_to_ras, code)
    dose_values, dose_matrix = reordered(dose_gy, dose_lattice.ijk_to_ras, code)
    case = Case(
        identifier=f"phantom-{parameters.level}-{parameters.template.replace('_', '-')}",
        structures=structures,
        dose=as_dose_grid(dose_values, dose_matrix),
        image=ImageVolume(values, matrix, "CT", "Phantom CT", parameters.slice_spacing_mm),
        prescription=Prescription(
            parameters.prescription_gy, parameters.fractions, source="phantom"
        ),
        dose_label="Phantom plan",
        parameters={"phantom": asdict(parameters)},
    )
    return Phantom(parameters, case, reordered_truth(truth, code))


def _image_lattice(curve: SpineCurve, torso: Torso, parameters: SpinePhantom) -> Lattice:
    """CT from skin to skin, holding the complete vertebrae with all their processes."""
    spans = [
        curve.frame(curve.arc_of_level(level)).origin[2]
        + np.array(vertical_reach_mm(sizes_of(level)))
        for level in parameters.complete_levels
    ]
    ends = np.min(spans), np.max(spans)
    pixel = parameters.pixel_spacing_mm
    half = np.array([torso.region.half_width_mm + 14, torso.region.half_depth_mm + 10])
    low: FloatArray = np.array([*(torso.centre - half), ends[0] - _BEYOND_MM])
    high: FloatArray = np.array([*(torso.centre + half), ends[1] + _BEYOND_MM])
    if parameters.table:
        low[1] = min(low[1], torso.couch_mm - 22)
    step = np.array([pixel, pixel, parameters.slice_spacing_mm])
    # Voxel centres off the target's centre: no plane of symmetry falls on a voxel.
    return Lattice.covering(low, high, step, 0.37 * step)
