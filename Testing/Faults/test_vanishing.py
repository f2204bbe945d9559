"""Inputs that vanish or change between the look into the folder and the reading of a file."""

from __future__ import annotations

import builders
import pytest
from faulty_machines import WhenOpened

# Before the first look it is simply the other one that is there.
CHANGES = [(t, c) for t in (1, 2) for c in ("vanishes", "is half", "is empty")] + [
    (2, "is another")
]


@pytest.mark.parametrize(("time", "change"), CHANGES)
def test_a_dose_that_changes_while_the_case_is_read(
    evaluate, ended_well, case, tmp_path, time, change
) -> None:
    if change == "is another":
        builders.write_dose(case / "RD.other", SOPInstanceUID="1.2.3.66", StudyInstanceUID="9.9")
    ended = evaluate(case, tmp_path / "out", prepare=WhenOpened(case / "RD.dcm", time, change))
    ended_well(ended, 2)
    assert "RD" in ended.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("time", [1, 2])
def test_a_slice_that_vanishes(evaluate, ended_well, case, tmp_path, time) -> None:
    first = sorted((case / "CT").iterdir())[3]
    ended = evaluate(case, tmp_path / "out", prepare=WhenOpened(first, time, "vanishes"))
    ended_well(ended, 2)
    assert first.name in ended.err
    assert not (tmp_path / "out").exists()


def test_a_protocol_that_vanishes(run, ended_well, tmp_path) -> None:
    file = tmp_path / "clinic.json"
    new = ("protocols", "new", "-o", file, "--identifier", "clinic", "--title", "Ours")
    assert run(*new).status == 0
    ended = run("protocols", "validate", file, prepare=WhenOpened(file, 1, "vanishes"))
    ended_well(ended, 2)
    assert "clinic.json" in ended.err
