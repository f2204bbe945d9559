"""Step 2: the record of a patient, kept as JSON in a text node of the scene."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...anatomy import in_order, levels_in_name
from ...assessment import (
    PatientRecord,
    read_record,
    record_document,
    volume_response,
    write_record,
)
from ...case import InputError, guess_role
from ..hierarchy import place_beside, remove_node
from ..whole import whole_step
from .provenance import Input, note_changed_inputs, note_provenance, step_of
from .response_chart import chart_of, draw_response, remove_chart
from .structures import Segment, readable_structures

STEP = "assessment"
_TREATED = ("target", "gtv", "ptv")


def checked(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the full document of a record, with what follows from it.

    Parameters
    ----------
    record : mapping
        JSON types; every field may be left out.

    Raises
    ------
    InputError
        As `assessment.read_record`.
    """
    return _document(read_record(record))


def record_assessment(
    scene: Any,
    record: Mapping[str, Any],
    *,
    inputs: Mapping[str, Input | None] | None = None,
    beside: Any = None,
    node: Any = None,
) -> Any:
    """Keep a record in a text node, as JSON that knows what it was measured on.

    Parameters
    ----------
    scene : vtkMRMLScene
    record : mapping
        JSON types; every field may be left out.
    inputs : mapping of str to Segment, node or None, optional
        What was measured for it, by part: the record is out of date when that changes.
    beside : vtkMRMLNode, optional
        Tells the place in the subject hierarchy; by default the first input.
    node : vtkMRMLTextNode, optional
        Of this function: written into instead of a new one. Parts that are not among the inputs
        stay what they were noted as; those that are None are forgotten. A plot of its volumes
        follows.

    Returns
    -------
    vtkMRMLTextNode

    Raises
    ------
    InputError
        Something in the record cannot be, or an input cannot be read; nothing was then changed.
    """
    document = checked(record)
    used = {part: one for part, one in (inputs or {}).items() if one is not None}
    _refuse_missing(used)
    if node is not None:
        document_of(node)
        note_changed_inputs(node, inputs or {})
        _write(node, document)
        if chart_of(node) is not None:
            _redraw(node)
        return node
    with whole_step(scene):
        made = scene.AddNewNodeByClass("vtkMRMLTextNode", _name(document))
        _write(made, document)
        note_provenance(made, STEP, used, {})
        where = beside or next((_node_of(one) for one in used.values()), None)
        if where is not None:
            place_beside(where, [made])
    return made


def document_of(node: Any) -> dict[str, Any]:
    """Return the document of the record that a node keeps; what follows from it is made anew.

    Parameters
    ----------
    node : vtkMRMLTextNode

    Raises
    ------
    InputError
        The node keeps none, or one that is damaged.
    """
    return _document(record_of(node))


def record_of(node: Any) -> PatientRecord:
    """Return the record that a node keeps.

    Raises
    ------
    InputError
        The node keeps none, or one that is damaged.
    """
    if step_of(node) != STEP:
        raise InputError(f"{node.GetName()} keeps no assessment; record one first.")
    try:
        return read_record(json.loads(node.GetText() or ""))
    except (ValueError, TypeError, AttributeError) as error:
        raise InputError(
            f"{node.GetName()} is damaged; record the assessment again. {error}"
        ) from error


def choices_of(node: Any) -> dict[str, Any]:
    """Return what a record says, without what is open and what follows from the rest.

    Raises
    ------
    InputError
        The node keeps none, or one that is damaged.
    """
    document, blank = document_of(node), checked({})
    kept = {name: value for name, value in document.items() if value != blank.get(name)}
    kept.pop("derived", None)
    for name, value in kept.items():
        if isinstance(value, dict):
            kept[name] = {k: v for k, v in value.items() if v != blank[name][k]}
    return kept


def remove_assessment(node: Any) -> None:
    """Remove a record from its scene, and the plot that was made of it."""
    remove_chart(node)
    remove_node(node)


def gap_point(node: Any) -> list[float]:
    """Return the tumor's point that is nearest to the cord, RAS mm.

    Raises
    ------
    InputError
        The gap was not measured or is not evaluable, or the node keeps no assessment.
    """
    gap = record_of(node).selection.measured.cord_gap
    if gap is None:
        raise InputError("There is no place to show: the gap to the cord was not measured.")
    if gap.tumour_ras is None:
        raise InputError(f"There is no place to show: {gap.reason}.")
    return list(gap.tumour_ras)


def tightest_point(node: Any) -> list[float]:
    """Return the center of the canal where it is tightest, RAS mm.

    Raises
    ------
    InputError
        It was not measured, or the node keeps no assessment.
    """
    proposal = record_of(node).grades.proposal
    point = None if proposal is None else proposal.compression.tightest_ras
    if point is None:
        why = proposal.reason if proposal is not None else "no grade was proposed."
        raise InputError(f"There is no tightest slice to show: {why}")
    return list(point)


def import_assessment(path: str | Path) -> dict[str, Any]:
    """Return the document of a record's file.

    Raises
    ------
    InputError
        The file cannot be read, or is no record.
    """
    return _document(read_record(Path(path)))


def export_assessment(node: Any, path: str | Path, *, identify: bool = False) -> Path:
    """Write a record into a file; by default without name, ID and dates of the patient.

    Raises
    ------
    InputError
        The node keeps no assessment, or the file cannot be written.
    """
    write_record(record_of(node), path, identify=identify)
    return Path(path)


def proposed_levels(
    structures_node: Any, chosen: Sequence[Segment] = (), vertebra: Segment | None = None
) -> tuple[str, ...]:
    """Tell the levels to be treated by the names of targets and tumors, else of the vertebra.

    Parameters
    ----------
    structures_node : vtkMRMLSegmentationNode or None
        Its targets and tumors, by name and type, are treated.
    chosen : sequence of Segment
        Further targets and tumors.
    vertebra : Segment, optional
        Where no name of those tells a level.

    Returns
    -------
    tuple of str
        From head to foot; empty where no name tells one.
    """
    found = {} if structures_node is None else readable_structures(structures_node)[0]
    names = [s.name for s in found.values() if guess_role(s) in _TREATED]
    names += [segment.name for segment in chosen]
    levels = [level for name in names for level in levels_in_name(name)]
    if not levels and vertebra is not None:
        levels += levels_in_name(vertebra.name)
    return in_order(levels)


def _document(record: PatientRecord) -> dict[str, Any]:
    """The whole record: who leaves it in the scene decides what leaves the scene."""
    identified = bool(record.treatment_date or record.patient_name or record.patient_id)
    return record_document(record, identify=identified)


def _refuse_missing(inputs: Mapping[str, Input]) -> None:
    for used in inputs.values():
        if isinstance(used, Segment):
            # Asking for the name of a segment that is not there tells so.
            _ = used.name


def _redraw(node: Any) -> None:
    try:
        draw_response(node, volume_response(record_of(node).follow_up.volumes))
    except InputError:
        # Its volumes are gone: a chart of what is not recorded anymore must not stay.
        remove_chart(node)


def _write(node: Any, document: Mapping[str, Any]) -> None:
    node.SetText(json.dumps(document, indent=1, ensure_ascii=False))


def _name(document: Mapping[str, Any]) -> str:
    levels = ", ".join(document["levels"])
    return f"{levels} assessment" if levels else "Assessment"


def _node_of(used: Input) -> Any:
    return used.node if isinstance(used, Segment) else used
