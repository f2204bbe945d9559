"""Step 2: what segmentations and split vertebrae measure for the record of a patient."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from ...anatomy import VertebraSectors
from ...assessment import (
    VertebraMeasurement,
    measure_selection,
    measure_vertebra,
    propose_grade,
)
from ...case import Case, InputError, Structure
from ...geometry import report_progress, stage
from ...report.targets.asking import split_in_case
from .assessed_parts import AssessedParts
from .records import plain
from .splitting import sectors_of
from .structures import Segment


def propose(
    tumours: Sequence[Segment],
    *,
    canal: Segment | None = None,
    sac: Segment | None = None,
    cord: Segment | None = None,
    level: str = "",
    site: str = "auto",
) -> dict[str, Any]:
    """Propose the radiographic grade and ESCC, as JSON types.

    Parameters
    ----------
    tumours : sequence of Segment
        At least one.
    canal, sac, cord : Segment, optional
    level, site : str
        As in `assessment.propose_grade`.

    Raises
    ------
    InputError
        A segment cannot be read, or as `propose_grade`.
    """
    found = propose_grade(
        [tumour.structure() for tumour in tumours],
        canal=_structure(canal),
        thecal_sac=_structure(sac),
        cord=_structure(cord),
        level=level,
        site=site,
    )
    return as_json(found)


def vertebra(
    sectors_node: Any, tumour: Segment | None = None, neighbours: Sequence[Any] = ()
) -> dict[str, Any]:
    """Measure collapse and involvement of a split vertebra, as JSON types.

    Parameters
    ----------
    sectors_node : vtkMRMLSegmentationNode
        Of `splitting.split_segment`.
    tumour : Segment, optional
    neighbours : sequence of vtkMRMLSegmentationNode
        Likewise, of the vertebrae above and below.

    Raises
    ------
    InputError
        A node holds no sectors, or the tumor cannot be read.
    """
    near = [sectors_of(node) for node in neighbours]
    found = measure_vertebra(sectors_of(sectors_node), _structure(tumour), neighbours=near)
    return as_json(found)


def selection(
    tumour: Segment | None,
    cord: Segment | None,
    *,
    vertebrae: Sequence[Segment] = (),
    canal: Segment | None = None,
    target: Segment | None = None,
) -> dict[str, Any]:
    """Measure the gap to the cord, the paraspinal mass and the target's length, as JSON types.

    Parameters
    ----------
    tumour, cord : Segment or None
    vertebrae : sequence of Segment
    canal, target : Segment, optional

    Raises
    ------
    InputError
        A segment cannot be read.
    """
    found = measure_selection(
        _structure(tumour),
        _structure(cord),
        vertebrae=[bone.structure() for bone in vertebrae],
        canal=_structure(canal),
        target=_structure(target),
    )
    return as_json(found)


def measured_of(parts: AssessedParts) -> dict[str, Any]:
    """Measure everything that the parts of a case allow.

    Vertebrae that have not been split yet are split for it, which takes seconds each.

    Parameters
    ----------
    parts : AssessedParts

    Returns
    -------
    dict
        A part of a record's document: `grades.proposal`, `sins.measured`, `selection.measured`;
        without a tumor there is no proposal, without a vertebra no measurement for SINS.
    """
    found: dict[str, Any] = {}
    with stage("Measuring the canal", 0.0, 0.3):
        if parts.tumour is not None:
            proposal = propose(
                [parts.tumour],
                canal=parts.canal,
                sac=parts.sac,
                cord=parts.cord,
                level=parts.level,
            )
            found["grades"] = {"proposal": proposal}
    with stage("Measuring the vertebra", 0.3, 0.8):
        bone = _index_vertebra(parts)
        if bone is not None:
            found["sins"] = {"measured": as_json(bone)}
    with stage("Measuring the gap to the cord", 0.8, 1.0):
        chosen = selection(
            parts.tumour,
            parts.cord,
            vertebrae=list(parts.vertebrae.values()),
            canal=parts.canal,
            target=parts.target,
        )
        found["selection"] = {"measured": chosen}
    return found


def as_json(value: Any) -> dict[str, Any]:
    """Return a dataclass as JSON types."""
    written: dict[str, Any] = json.loads(json.dumps(asdict(value), default=plain))
    return written


def _structure(segment: Segment | None) -> Structure | None:
    return None if segment is None else segment.structure()


def _index_vertebra(parts: AssessedParts) -> VertebraMeasurement | None:
    """The measurement of the graded vertebra; of one that cannot be split, the reason."""
    if not parts.split:
        return None
    own, *near = parts.split.values()
    tumour = _structure(parts.tumour)
    with stage("", 0.0, 0.4):
        try:
            sectors = _sectors(own, parts)
        except InputError as error:
            return VertebraMeasurement(_name(own), collapse_reference=str(error))
    found = []
    for number, one in enumerate(near):
        with stage("", 0.4 + 0.3 * number, 0.7 + 0.3 * number), suppress(InputError):
            # A neighbor that cannot be split is no reference, which the measurement says.
            found.append(_sectors(one, parts))
    return measure_vertebra(sectors, tumour, neighbours=found)


def _sectors(one: Any, parts: AssessedParts) -> VertebraSectors:
    if not isinstance(one, Segment):
        return sectors_of(one)
    report_progress(f"Splitting {one.name}")
    around = [s.structure() for s in (parts.canal, parts.sac) if s is not None]
    case = Case(one.node.GetName(), tuple(around), None)
    return split_in_case(case, one.structure(), _structure(parts.cord))


def _name(one: Any) -> str:
    return one.name if isinstance(one, Segment) else str(one.GetName())
