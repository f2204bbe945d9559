"""Everything that segmentations measure of a record, at once; a person's choices stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..anatomy import VertebraSectors
from ..geometry import Structure
from .grading.measuring import propose_grade
from .record.record import PatientRecord
from .selection.measuring import measure_selection
from .stability.measuring import measure_vertebra


def with_measurements(
    record: PatientRecord,
    *,
    tumour: Structure | None = None,
    cord: Structure | None = None,
    canal: Structure | None = None,
    thecal_sac: Structure | None = None,
    sectors: VertebraSectors | None = None,
    neighbours: Sequence[VertebraSectors] = (),
    target: Structure | None = None,
) -> PatientRecord:
    """Return the record with proposal, vertebra and selection measured on segmentations.

    Without a tumor, proposal and selection stay as they were; without sectors, the vertebra. With
    them these are measured anew: what then lacks another structure is open.

    Parameters
    ----------
    record : PatientRecord
    tumour, cord, canal, thecal_sac : Structure or None
    sectors : VertebraSectors or None
        Of the vertebra of the index level.
    neighbours : sequence of VertebraSectors
        Of vertebrae above and below it, to compare its height with.
    target : Structure or None

    Returns
    -------
    PatientRecord
    """
    grades, sins, measured = record.grades, record.sins, record.selection.measured
    if tumour is not None:
        proposal = propose_grade(
            tumour, canal=canal, thecal_sac=thecal_sac, cord=cord, level=record.index
        )
        grades = replace(grades, proposal=proposal)
    if sectors is not None:
        sins = replace(sins, measured=measure_vertebra(sectors, tumour, neighbours=neighbours))
    bones = [one.vertebra for one in (sectors, *neighbours) if one is not None]
    found = measure_selection(tumour, cord, vertebrae=bones, canal=canal, target=target)
    if tumour is not None:
        measured = replace(found, target_length_mm=measured.target_length_mm)
    if target is not None:
        measured = replace(measured, target_length_mm=found.target_length_mm)
    selection = replace(record.selection, measured=measured)
    return replace(record, grades=grades, sins=sins, selection=selection)
