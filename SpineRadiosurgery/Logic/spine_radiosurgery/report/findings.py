"""What a reader must know beside the numbers: cautions of the safety gate and warnings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..cord import CORD_VOLUME, CordVolume, check_cord, cord_volumes
from ..dose import DoseSamples, sample_dose
from ..geometry import Structure
from ..tolerance import Protocol, check_target_dose
from .inputs import Question

NOTHING_CC = 1e-4
"""Less volume than this outside the dose grid is rounding."""
LAYER_MM = 0.5
"""Thickness of the layers in which the length outside the dose grid is counted."""


def dose_cautions(question: Question, samples: Mapping[str, DoseSamples]) -> tuple[str, ...]:
    """What speaks against this being the plan's dose; holds against every cord row."""
    notes = [
        check_target_dose(
            samples[target.name].dose_at_volume(percent=50), question.prescription.dose_gy
        )
        for target in question.targets
    ]
    return tuple(dict.fromkeys(note.text for note in notes if note and note.kind == "caution"))


def cord_cautions(question: Question, volumes: Sequence[CordVolume]) -> tuple[str, ...]:
    """What speaks against the contour being a cord; holds against the verdict."""
    found = [
        text
        for volume in volumes
        for text in check_cord(volume, below_t2=question.below_t2, below_l2=question.below_l2)
    ]
    return tuple(dict.fromkeys(found))


def reader_warnings(
    question: Question,
    volumes: Sequence[CordVolume],
    samples: Mapping[str, DoseSamples],
    rules: Protocol,
    cautions: Sequence[str],
) -> tuple[str, ...]:
    """What the reader must know, the gate's cautions first."""
    warnings = [*cautions, *(note.text for note in question.notes)]
    warnings += _target_warnings(question, volumes, rules)
    for volume in volumes:
        warnings += volume.warnings
        outside = outside_dose(question, volume, samples[volume.structure.name])
        warnings += [outside] if outside else []
    for target in question.targets:
        warnings += _gap_warnings(target)
    for structure in (*question.targets, question.cord):
        warnings += structure.warnings
    warnings += [*question.case.unusable.values(), *question.case.warnings]
    return tuple(dict.fromkeys(warnings))


def outside_dose(question: Question, volume: CordVolume, sampled: DoseSamples) -> str:
    """By how much a cord volume leaves the dose grid; "" when it lies inside."""
    if not sampled.outside_dose_cc > NOTHING_CC or question.case.dose is None:
        return ""
    cells = volume.structure.cells(LAYER_MM)
    unknown = np.isnan(question.case.dose.sample(cells.centres_ras))
    layers = np.unique(np.floor(cells.centres_ras[unknown, 2] / LAYER_MM))
    return (
        f"{volume.structure.name} leaves the dose grid over {len(layers) * LAYER_MM:.1f} mm with "
        f"{sampled.outside_dose_cc:.3f} cc; percentages refer to the {sampled.covered_cc:.3f} cc "
        "inside."
    )


def _target_warnings(
    question: Question, volumes: Sequence[CordVolume], rules: Protocol
) -> list[str]:
    metric = _decisive_percent(rules, question.prescription.fractions)
    warnings = []
    for volume in volumes:
        length = volume.target_upper_mm - volume.target_lower_mm
        if length > 60.0:
            warnings.append(
                f"The target {volume.target_name} is {length:.0f} mm long; the cord's dose tends "
                "to be higher when it is longer than 60 mm (Ryu et al. 2015)."
            )
    for target in question.targets:
        if not _is_ptv(target):
            continue
        warnings.append(
            f"The cord volume was defined from {target.name}, a PTV: that lengthens it and lowers "
            f"{metric.removesuffix('[%]')} in %{_with_ctv(question, target, volumes, metric)}."
        )
    return warnings


def _gap_warnings(target: Structure) -> list[str]:
    """Name the stretches inside a target where image slices have no contour."""
    found = []
    for gap in target.gaps:
        low, high = sorted((gap.lower_mm, gap.upper_mm))
        found.append(
            f"{target.name}: contours are missing over {high - low:.1f} mm inside it; nothing was "
            "filled in, check that it has several parts."
        )
    return found


def _is_ptv(structure: Structure) -> bool:
    return structure.interpreted_type.upper() == "PTV" or structure.name.upper().startswith("PTV")


def _decisive_percent(rules: Protocol, fractions: int) -> str:
    """The partial-volume metric that the protocol limits, else the paper's."""
    for row in rules.constraints_for(fractions):
        if row.structure == CORD_VOLUME and row.unit == "%":
            return row.metric
    return "V10Gy[%]"


def _with_ctv(
    question: Question, ptv: Structure, volumes: Sequence[CordVolume], metric: str
) -> str:
    """What the cord volume would be from the CTV inside this PTV, where there is one."""
    dose = question.case.dose
    low, high = ptv.extent_mm()
    for structure in question.case.structures:
        is_ctv = structure.interpreted_type.upper() == "CTV" or structure.name.upper().startswith(
            "CTV"
        )
        if not is_ctv or dose is None:
            continue
        bottom, top = structure.extent_mm()
        if bottom >= high or top <= low:
            continue
        others = cord_volumes(
            question.cord, structure, margin_mm=volumes[0].margin_mm, mode=volumes[0].mode
        )
        values = [
            sample_dose(v.structure, dose, metrics=[metric]).metric(metric).value for v in others
        ]
        listed = ", ".join(f"{v:.2f} %" for v in values)
        cc = ", ".join(f"{v.volume_cc:.2f} cc" for v in others)
        return f"; with {structure.name} it has {cc} and {metric.removesuffix('[%]')} = {listed}"
    return "; name the CTV where there is one"
