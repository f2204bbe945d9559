"""Files and folders that come whole or not at all, and what is left beside them: nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from spine_radiosurgery.geometry import InputError, whole_file, whole_files, whole_folder
from spine_radiosurgery.geometry.errors import LONGEST_SENTENCE


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_appears_at_the_end_under_its_own_name_and_replaces_the_former(
    tmp_path: Path,
) -> None:
    path = tmp_path / "report.json"
    path.write_text("former")
    with whole_file(path) as scratch:
        assert scratch.name == path.name
        assert scratch.parent.parent == tmp_path
        scratch.write_text("new")
        assert path.read_text() == "former"
    assert path.read_text() == "new"
    assert names(tmp_path) == ["report.json"]


def test_several_files_come_together_or_none_of_them(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    with whole_files(first, second) as (one, other):
        one.write_text("1")
        other.write_text("2")
    assert (first.read_text(), second.read_text()) == ("1", "2")
    with pytest.raises(ZeroDivisionError), whole_files(first, second) as (one, other):
        one.write_text("3")
        raise ZeroDivisionError
    assert (first.read_text(), second.read_text()) == ("1", "2")
    assert names(tmp_path) == ["a.csv", "b.csv"]


def test_a_folder_takes_its_place_with_the_folders_above_it(tmp_path: Path) -> None:
    folder = tmp_path / "made" / "too" / "case"
    with whole_folder(folder) as scratch:
        (scratch / "report.json").write_text("{}")
        assert not folder.exists()
    assert names(folder) == ["report.json"]
    assert names(folder.parent) == ["case"]
    umask = os.umask(0)
    os.umask(umask)
    assert folder.stat().st_mode & 0o777 == 0o777 & ~umask


def test_a_folder_that_does_not_come_about_takes_those_above_it_along(tmp_path: Path) -> None:
    folder = tmp_path / "made" / "too" / "case"
    with pytest.raises(ZeroDivisionError), whole_folder(folder):
        raise ZeroDivisionError
    assert names(tmp_path) == []


def test_folders_that_were_there_before_stay(tmp_path: Path) -> None:
    above = tmp_path / "above"
    above.mkdir()
    with pytest.raises(ZeroDivisionError), whole_folder(above / "made" / "case"):
        raise ZeroDivisionError
    assert names(above) == []


def test_a_former_folder_is_replaced_but_for_what_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    (folder / "keep").mkdir(parents=True)
    (folder / "keep" / "note.txt").write_text("mine")
    (folder / "keep.txt").write_text("mine")
    (folder / "keep.both").write_text("former")
    (folder / "old.txt").write_text("old")
    (folder / "keep.link").symlink_to("keep.txt")
    with whole_folder(folder, keeps=lambda entry: entry.name.startswith("keep")) as scratch:
        (scratch / "new.txt").write_text("new")
        (scratch / "keep.both").write_text("new")
    assert names(folder) == ["keep", "keep.both", "keep.link", "keep.txt", "new.txt"]
    assert (folder / "keep" / "note.txt").read_text() == "mine"
    assert (folder / "keep.both").read_text() == "new"
    assert (folder / "keep.link").is_symlink()
    assert names(tmp_path) == ["case"]


def test_nothing_of_a_former_folder_is_kept_by_default(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / "old.txt").write_text("old")
    with whole_folder(folder) as scratch:
        (scratch / "new.txt").write_text("new")
    assert names(folder) == ["new.txt"]


def test_a_failure_leaves_the_former_folder_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / "old.txt").write_text("old")
    with pytest.raises(ZeroDivisionError), whole_folder(folder) as scratch:
        (scratch / "new.txt").write_text("new")
        raise ZeroDivisionError
    assert names(folder) == ["old.txt"]
    assert names(tmp_path) == ["case"]


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)
    with whole_folder(link) as scratch:
        (scratch / "new.txt").write_text("new")
    assert link.is_symlink()
    assert names(real) == ["new.txt"]


def test_a_sentence_is_one_line_of_printable_letters() -> None:
    assert str(InputError("a\nb\x00c\td é")) == "a b c d é"
    assert str(InputError()) == ""


def test_a_long_sentence_keeps_its_beginning_and_its_end() -> None:
    just = "x" * LONGEST_SENTENCE
    assert str(InputError(just)) == just
    shown = str(InputError("b" * LONGEST_SENTENCE + "e" * 300))
    assert shown == "b" * (LONGEST_SENTENCE - 300) + " ... " + "e" * 300
