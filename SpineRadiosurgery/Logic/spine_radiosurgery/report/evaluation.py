"""From a case to its report: cord volume, metrics, constraints, verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .. import resources
from ..case import Case, standard_organs
from ..cord import MARGIN_MM, CordVolume, cord_volumes
from ..dose import DoseGrid, DoseSamples, dose_indices, fall_off, sample_dose
from ..geometry import InputError, Structure
from ..tolerance import (
    EvaluatedStructure,
    Protocol,
    choose_protocol,
    decide,
    evaluate_protocol,
    protocol_files,
    read_protocol,
)
from .findings import cord_cautions, dose_cautions, outside_dose, reader_warnings
from .inputs import Question, StructureChoice, resolve, role_of
from .model import Report, StructureMetric

ALWAYS = ("Volume[cc]", "Mean[Gy]", "Max[Gy]", "D2%[Gy]", "D98%[Gy]", "D0.03cc[Gy]", "D0.035cc[Gy]")
CORD = (
    "D10%[Gy]",
    "D0.35cc[Gy]",
    "D1.2cc[Gy]",
    *(f"V{dose}Gy[{unit}]" for dose in (7, 10, 14, 18) for unit in ("%", "cc")),
)
TARGET = ("D95%[Gy]", "V100%[%]")
END_TOLERANCE_MM = 0.1
"""An organ that comes this close to the image's first or last face is taken as cut off there."""


def evaluate(
    case: Case,
    *,
    target: StructureChoice | Sequence[StructureChoice],
    cord: StructureChoice,
    protocol: str | Path | Protocol = "auto",
    prescription_gy: float | None = None,
    fractions: int | None = None,
    margin_mm: float = MARGIN_MM,
    mode: str = "axial",
    metrics: Sequence[str] = (),
    override_prescription: bool = False,
    previous_radiation: str = "unknown",
) -> Report:
    """Evaluate one plan.

    Parameters
    ----------
    case : Case
    target : str, Structure, or several
        Name(s) in the case or structures of one's own.
    cord : str or Structure
    protocol : str, path or Protocol
        "auto" (by the number of fractions), an identifier, or a protocol file.
    prescription_gy : float, optional
        Total dose; the plan's when not given.
    fractions : int, optional
    margin_mm : float
        Of the cord volume above and below the target.
    mode : str
        Of the cord volume, "axial" or "centreline".
    metrics : sequence of str
        Further metrics of every structure, TG-263 notation.
    override_prescription : bool
        Accept a prescription that contradicts the plan.
    previous_radiation : str
        "yes", "no" or "unknown".

    Raises
    ------
    InputError
        Input that cannot be evaluated; the message says what to do.
    """
    question = resolve(
        case,
        target=target,
        cord=cord,
        prescription_gy=prescription_gy,
        fractions=fractions,
        override_prescription=override_prescription,
    )
    assert case.dose is not None
    rules = load_protocol(protocol, question.prescription.fractions)
    volumes = cord_volumes(question.cord, question.targets, margin_mm=margin_mm, mode=mode)
    structures = _evaluated_structures(question, volumes)
    roles = {s.name: r for s, r in structures}
    samples = {s.name: sample_dose(s, case.dose) for s, _ in structures}
    _refuse_uncovered(question, volumes, samples)
    about_dose = dose_cautions(question, samples)
    about_cord = cord_cautions(question, volumes)
    evaluable = _constraint_structures(question, volumes, samples)
    results = evaluate_protocol(
        rules,
        evaluable,
        fractions=question.prescription.fractions,
        plan_maximum_gy=case.dose.max_gy,
        prescription_gy=question.prescription.dose_gy,
        cautions=about_dose,
        previous_radiation=previous_radiation,
        mixed_fractionation=len(set(case.parameters.get("plan_fractions", ()))) > 1,
    )
    verdict = decide(
        rules,
        results,
        gate_cautions=(*about_dose, *about_cord),
        previous_radiation=previous_radiation,
    )
    return Report(
        case=case,
        prescription=question.prescription,
        targets=question.targets,
        cord=question.cord,
        cord_volumes=volumes,
        samples=samples,
        roles=roles,
        metrics=_metrics(question, samples, roles, metrics),
        protocol=rules,
        constraints=results,
        switched_off=tuple(
            row for row in rules.switched_off if question.prescription.fractions in row.fractions
        ),
        verdict=verdict,
        indices=_indices(question, samples, case.dose),
        falloff=_falloff(question, case.dose),
        warnings=reader_warnings(question, volumes, samples, rules, (*about_dose, *about_cord)),
        parameters=_parameters(case, margin_mm, mode, previous_radiation, override_prescription),
    )


def load_protocol(protocol: str | Path | Protocol, fractions: int) -> Protocol:
    """Return a protocol by identifier ("auto" chooses by fractions), by file, or as it is."""
    if isinstance(protocol, Protocol):
        return protocol
    if isinstance(protocol, str) and not protocol.endswith(".json"):
        identifier = choose_protocol(fractions, protocol)
        shipped = resources.path("Protocols") / f"{identifier}.json"
        if not shipped.is_file():
            known = [path.stem for path in protocol_files(shipped.parent)]
            raise InputError(
                f"Protocol {identifier!r} is not known; choose auto, {', '.join(known)}, "
                "or give a protocol file ending in .json."
            )
        return read_protocol(shipped)
    return read_protocol(Path(protocol))


def _evaluated_structures(
    question: Question, volumes: Sequence[CordVolume]
) -> list[tuple[Structure, str]]:
    """Every structure that gets metrics, with its role; the question's own first."""
    chosen: list[tuple[Structure, str]] = [(t, "target") for t in question.targets]
    chosen += [(v.structure, "cord_volume") for v in volumes]
    chosen.append((question.cord, "cord"))
    names = {s.name for s, _ in chosen}
    for structure in question.case.structures:
        role = role_of(question, structure)
        if structure.name not in names and role != "ignore":
            chosen.append((structure, role))
    return chosen


def _refuse_uncovered(
    question: Question, volumes: Sequence[CordVolume], samples: Mapping[str, DoseSamples]
) -> None:
    for structure in (*question.targets, *(v.structure for v in volumes)):
        if not samples[structure.name].covered_cc > 0:
            low, high = structure.extent_mm()
            raise InputError(
                f"Structure {structure.name} (S {low:.1f} to {high:.1f} mm, "
                f"{samples[structure.name].volume_cc:.3g} cc) lies wholly outside the dose grid; "
                "choose the dose that belongs to this plan."
            )


def _constraint_structures(
    question: Question, volumes: Sequence[CordVolume], samples: Mapping[str, DoseSamples]
) -> dict[str, EvaluatedStructure]:
    """What the protocol's structures are in this case, by their TG-263 names."""
    found = {"SpinalCord": EvaluatedStructure(question.cord.name, samples[question.cord.name])}
    for volume in volumes:
        name = volume.structure.name
        outside = outside_dose(question, volume, samples[name])
        cautions = (*volume.shortfalls, *([outside] if outside else []))
        found[name] = EvaluatedStructure(name, samples[name], cautions=cautions)
    taken = {question.cord.name, *(t.name for t in question.targets)}
    others = [s.name for s in question.case.structures if s.name in samples and s.name not in taken]
    for standard, names in standard_organs(others).items():
        parts = [question.case.structure(n) for n in names]
        joined = DoseSamples.joined([samples[n] for n in names]) if len(names) > 1 else None
        found[standard] = EvaluatedStructure(
            " + ".join(names),
            joined or samples[names[0]],
            truncated_organ=any(_is_cut_off(question.case, part) for part in parts),
        )
    for name, reason in question.case.unusable.items():
        for standard in standard_organs([name]):
            found.setdefault(standard, EvaluatedStructure(name, None, missing_reason=reason))
    return found


def _is_cut_off(case: Case, structure: Structure) -> bool:
    """Whether an organ touches the first or the last face of the image along the superior axis."""
    if case.image is None:
        return False
    k, j, i = case.image.values.shape
    corners = case.image.grid.to_ras(
        [[a, b, c] for a in (-0.5, i - 0.5) for b in (-0.5, j - 0.5) for c in (-0.5, k - 0.5)]
    )
    low, high = structure.extent_mm()
    bottom, top = float(corners[:, 2].min()), float(corners[:, 2].max())
    return low <= bottom + END_TOLERANCE_MM or high >= top - END_TOLERANCE_MM


def _metrics(
    question: Question,
    samples: Mapping[str, DoseSamples],
    roles: Mapping[str, str],
    further: Sequence[str],
) -> tuple[StructureMetric, ...]:
    rows = []
    for name, sampled in samples.items():
        extra = {"target": TARGET, "cord": CORD, "cord_volume": CORD}.get(roles[name], ())
        for metric in dict.fromkeys((*ALWAYS, *extra, *further)):
            value = sampled.metric(metric, prescription_gy=question.prescription.dose_gy)
            rows.append(StructureMetric(name, value))
    return tuple(rows)


def _indices(
    question: Question, samples: Mapping[str, DoseSamples], dose: DoseGrid
) -> dict[str, float]:
    found = dose_indices(
        samples[question.targets[0].name], dose, prescription_gy=question.prescription.dose_gy
    )
    return {key: value for key, value in vars(found).items() if math.isfinite(value)}


def _falloff(question: Question, dose: DoseGrid) -> dict[str, Any] | None:
    try:
        found = fall_off(
            question.targets[0], question.cord, dose, prescription_gy=question.prescription.dose_gy
        )
    except InputError as error:
        return {"reason": str(error), "rays": 0}
    return {k: v for k, v in vars(found).items() if k not in ("upper_ras", "lower_ras")}


def _parameters(
    case: Case, margin_mm: float, mode: str, previous_radiation: str, override: bool
) -> dict[str, Any]:
    return {
        "cord_margin_mm": margin_mm,
        "cord_volume_mode": mode,
        "target_extent": "contour planes plus half the local spacing; outer faces of mask voxels",
        "between_contours": "slabs",
        "end_caps": "half a slice beyond the first and the last contour",
        "dose_interpolation": "trilinear; the outermost voxel centres' dose up to the voxel faces",
        "percent_of": "volume inside the dose grid",
        "previous_radiation": previous_radiation,
        "override_prescription": override,
        **case.parameters,
    }
