from __future__ import annotations

import json
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_radiosurgery.cohort.fingerprints import InputFile, Inputs
from spine_radiosurgery.cohort.result import EVALUATED, FAILED, CaseResult
from spine_radiosurgery.cohort.storing import (
    LONGEST_NAME,
    RESULT,
    STATE,
    case_folder_name,
    is_whole,
    read_result,
    read_state,
    write_result,
)

INPUTS = Inputs((InputFile("case/RD.dcm", 4, 17, "ab"),), "cd")
RESULT_OF_A = CaseResult("A", EVALUATED, "", INPUTS.fingerprint, 1.5, {"metrics": [1, None]}, {})


@pytest.mark.parametrize("name", ["case-1", "t8", "a.b_c", "0042"])
def test_plain_names_stay(name) -> None:
    assert case_folder_name(name) == name


@pytest.mark.parametrize(
    "name", ["con", "nul.txt", "com1", "..", "/etc", "a/../b", "x" * 200, " a", "a.", "", ".lock"]
)
def test_names_that_a_file_system_may_refuse_are_replaced(name) -> None:
    assert case_folder_name(name) != name


@given(st.text(max_size=220))
def test_every_name_is_one_harmless_part_of_a_path(name) -> None:
    safe = case_folder_name(name)
    assert Path(safe).name == safe == PureWindowsPath(safe).name
    assert len(safe) <= LONGEST_NAME + 11
    assert safe.isascii() and not safe.startswith(".") and safe[-1] not in ". "


@given(st.lists(st.text("aA-_ 0/", max_size=4), min_size=2, max_size=8, unique=True))
def test_different_cases_have_different_folders_where_capitals_do_not_count(names) -> None:
    assert len({case_folder_name(name).casefold() for name in names}) == len(names)


def test_a_name_like_a_replaced_one_is_replaced() -> None:
    assert case_folder_name(case_folder_name("A").casefold()) != case_folder_name("A").casefold()


def test_a_result_comes_back_as_it_was(tmp_path) -> None:
    write_result(tmp_path / "a", RESULT_OF_A, INPUTS)
    assert read_result(tmp_path / "a", "A") == RESULT_OF_A
    stored = read_state(tmp_path / "a", "A")
    assert stored.inputs == INPUTS
    assert is_whole(tmp_path / "a", stored)


def test_the_same_result_gives_the_same_bytes(tmp_path) -> None:
    for folder in (tmp_path / "a", tmp_path / "b"):
        write_result(folder, RESULT_OF_A, INPUTS)
    for name in (RESULT, STATE):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize("name", [RESULT, STATE])
@pytest.mark.parametrize("damage", ["cut", "empty", "gone", "foreign", "turned"])
def test_a_damaged_or_foreign_file_counts_as_missing(tmp_path, name, damage) -> None:
    write_result(tmp_path, RESULT_OF_A, INPUTS)
    path, content = tmp_path / name, (tmp_path / name).read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        middle = len(content) // 2
        turned = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        path.write_bytes(
            {"cut": content[:middle], "empty": b"", "foreign": b"[" * 10**6, "turned": turned}[
                damage
            ]
        )
    assert read_result(tmp_path, "A") is None


def test_the_result_of_another_case_counts_as_missing(tmp_path) -> None:
    write_result(tmp_path, RESULT_OF_A, INPUTS)
    assert read_result(tmp_path, "B") is None


def test_a_result_of_other_fields_counts_as_missing(tmp_path) -> None:
    write_result(tmp_path, RESULT_OF_A, INPUTS)
    state = json.loads((tmp_path / STATE).read_text())
    (tmp_path / STATE).write_text(json.dumps({**state, "fingerprint": "other"}))
    assert read_state(tmp_path, "A") is None


def test_a_report_that_was_removed_makes_the_result_incomplete(tmp_path) -> None:
    write_result(tmp_path, RESULT_OF_A, INPUTS, pages=True)
    assert not is_whole(tmp_path, read_state(tmp_path, "A"))


def test_a_failed_case_is_a_result_too(tmp_path) -> None:
    failed = CaseResult("A", FAILED, "No dose.", INPUTS.fingerprint)
    write_result(tmp_path, failed, INPUTS)
    assert read_result(tmp_path, "A") == failed
