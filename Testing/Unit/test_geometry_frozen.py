"""What geometry hands out cannot be changed behind its owner's back, and may be a key."""

from __future__ import annotations

import dataclasses
import inspect

import numpy as np
import pytest
from shapes import at, rectangle

import spine_radiosurgery.geometry as room
from spine_radiosurgery.geometry import Gap, Grid, Part, Structure

RECORDS = sorted(
    (
        thing
        for thing in vars(room).values()
        if inspect.isclass(thing) and dataclasses.is_dataclass(thing)
    ),
    key=lambda record: record.__name__,
)


def blank(record: type) -> object:
    """A record with nothing in it: only how it behaves is asked."""
    made = object.__new__(record)
    for field in dataclasses.fields(record):
        object.__setattr__(made, field.name, np.zeros(2))
    return made


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_nothing_in_a_record_can_be_replaced(record: type) -> None:
    made = blank(record)
    for field in dataclasses.fields(record):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(made, field.name, None)


@pytest.mark.parametrize(
    "record", [r for r in RECORDS if r is not Part], ids=lambda record: record.__name__
)
def test_records_of_arrays_are_told_apart_by_identity(record: type) -> None:
    first, second = blank(record), blank(record)
    assert first != second
    assert {first: 1, second: 2}[first] == 1


def test_parts_are_equal_where_their_numbers_are() -> None:
    assert Part(1.0, 2.0, 3.0) == Part(1.0, 2.0, 3.0) != Part(1.0, 2.0, 4.0)
    assert Gap(1.0, 2.0) != Gap(1.0, 2.0)


def test_the_voxels_and_the_matrix_of_a_mask_are_its_own() -> None:
    values, matrix = np.ones((2, 2, 2)), np.eye(4)
    body = Structure.from_mask("Mask", values, matrix)
    values[:], matrix[:] = 0.0, 0.0
    assert body.volume_cc == pytest.approx(8 / 1000)
    with pytest.raises(ValueError, match="read-only"):
        body.mask.values[0, 0, 0] = 0.5
    with pytest.raises(ValueError, match="read-only"):
        Grid((1, 1, 1), np.eye(4)).ijk_to_ras[0, 0] = 2.0


def test_contours_are_the_structures_own() -> None:
    contours = [at(rectangle(2, 2), h) for h in (0.0, 1.0)]
    body = Structure.from_contours("Body", contours)
    for contour in contours:
        contour[:] = 0.0
    assert body.contours()[0] == pytest.approx(at(rectangle(2, 2), 0.0))
