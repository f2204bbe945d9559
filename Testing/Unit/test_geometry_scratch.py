"""Scratch folders: private, locked while their run lives, cleared once it was killed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from spine_radiosurgery.geometry.scratch import alone_in, bring_back, scratch_folder

fcntl = pytest.importorskip("fcntl", reason="nothing is locked or cleared on Windows")

SHARED, ALONE = "LOCK_SH", "LOCK_EX"


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@contextmanager
def held(folder: Path, kind: str) -> Iterator[None]:
    """Another run's lock."""
    number = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(number, getattr(fcntl, kind) | fcntl.LOCK_NB)
        yield
    finally:
        os.close(number)


def may_hold(folder: Path, kind: str) -> bool:
    try:
        with held(folder, kind):
            return True
    except BlockingIOError:
        return False


@pytest.fixture
def left(tmp_path: Path) -> Callable[[str], Path]:
    """Make a folder as a killed run leaves it, with a file in it."""

    def made(name: str) -> Path:
        folder = tmp_path / name
        (folder / "below").mkdir(parents=True)
        (folder / "below" / "file").write_text("half")
        return folder

    return made


def test_it_lies_beside_its_file_under_a_name_of_its_own_and_goes(tmp_path: Path) -> None:
    with scratch_folder(tmp_path / "report.html") as scratch:
        assert scratch.parent == tmp_path
        assert scratch.is_dir()
        assert names(tmp_path) == [scratch.name]
        assert scratch.name.startswith(".report.html-")
        assert scratch.name.endswith(".unfinished")
        (scratch / "part").write_text("x")
    assert names(tmp_path) == []


def test_a_long_name_is_repeated_to_its_fortieth_letter(tmp_path: Path) -> None:
    name = "abcdefghij" * 20
    with scratch_folder(tmp_path / name) as scratch:
        assert scratch.name.startswith(f".{name[:40]}-")


def test_it_goes_after_a_failure_too(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="stop"), scratch_folder(tmp_path / "out"):
        raise ValueError("stop")
    assert names(tmp_path) == []


def test_one_that_was_renamed_stays(tmp_path: Path) -> None:
    with scratch_folder(tmp_path / "out") as scratch:
        scratch.rename(tmp_path / "out")
    assert names(tmp_path) == ["out"]


def test_what_killed_runs_left_of_this_name_goes(
    left: Callable[[str], Path], tmp_path: Path
) -> None:
    left(".out-1.unfinished")
    left(".out-2.unfinished")
    kept = [".other-1.unfinished", ".out-3", ".out-4.former", "out-5.unfinished"]
    for name in kept:
        left(name)
    (tmp_path / ".out-6.unfinished").write_text("a file")
    with scratch_folder(tmp_path / "out"):
        pass
    assert names(tmp_path) == sorted([*kept, ".out-6.unfinished"])


def test_a_link_is_not_followed(left: Callable[[str], Path], tmp_path: Path) -> None:
    left("precious")
    (tmp_path / ".out-1.unfinished").symlink_to(tmp_path / "precious")
    with scratch_folder(tmp_path / "out"):
        pass
    assert (tmp_path / "precious" / "below" / "file").read_text() == "half"


def test_a_former_folder_goes_only_once_there_is_another(
    left: Callable[[str], Path], tmp_path: Path
) -> None:
    former = left(".out-1.former")
    with scratch_folder(tmp_path / "out"):
        pass
    assert former.exists()
    (tmp_path / "out").mkdir()
    with scratch_folder(tmp_path / "out"):
        assert not former.exists()


def test_a_former_folder_of_its_own_stays_while_there_is_no_other(tmp_path: Path) -> None:
    with scratch_folder(tmp_path / "out", ".former") as scratch:
        (scratch / "file").write_text("x")
    assert (scratch / "file").read_text() == "x"
    (tmp_path / "out").mkdir()
    with scratch_folder(tmp_path / "out", ".former") as scratch:
        pass
    assert names(tmp_path) == ["out"]


def test_living_runs_keep_theirs_each(tmp_path: Path) -> None:
    with scratch_folder(tmp_path / "out") as first, scratch_folder(tmp_path / "out") as second:
        assert first != second
        assert names(tmp_path) == sorted([first.name, second.name])
        assert not may_hold(first, ALONE)
        assert may_hold(first, SHARED)


@pytest.mark.parametrize("kind", [SHARED, ALONE])
def test_what_somebody_holds_is_not_cleared(
    left: Callable[[str], Path], tmp_path: Path, kind: str
) -> None:
    unfinished, former = left(".out-1.unfinished"), left(".out-2.former")
    (tmp_path / "out").mkdir()
    with held(unfinished, kind), held(former, kind), scratch_folder(tmp_path / "out"):
        pass
    assert (unfinished / "below" / "file").exists()
    assert (former / "below" / "file").exists()


def test_no_lock_outlives_its_use(left: Callable[[str], Path], tmp_path: Path) -> None:
    abandoned = left(".out-1.former")
    open_before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").is_dir() else 0
    with alone_in(tmp_path):
        pass
    bring_back(tmp_path / "out")
    assert may_hold(tmp_path, ALONE)
    assert may_hold(abandoned, ALONE)
    if open_before:
        assert len(os.listdir("/proc/self/fd")) == open_before


def test_alone_in_a_folder_nobody_else_holds_it(tmp_path: Path) -> None:
    with alone_in(tmp_path):
        assert not may_hold(tmp_path, SHARED)
        assert not may_hold(tmp_path, ALONE)
    assert may_hold(tmp_path, ALONE)


def test_where_locks_are_refused_work_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: Callable[[str], Path]
) -> None:
    abandoned = left(".out-1.unfinished")

    def refused(number: int, how: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", refused)
    with alone_in(tmp_path), scratch_folder(tmp_path / "out") as scratch:
        assert scratch.is_dir()
    assert names(tmp_path) == [abandoned.name]


def test_what_a_killed_run_was_replacing_comes_back(
    left: Callable[[str], Path], tmp_path: Path
) -> None:
    left(".out-1.former").joinpath("out").mkdir()
    (tmp_path / ".out-1.former" / "out" / "file").write_text("whole")
    (tmp_path / ".out-1.former" / "below" / "file").unlink()
    (tmp_path / ".out-1.former" / "below").rmdir()
    left(".out-0.former")
    bring_back(tmp_path / "out")
    assert names(tmp_path) == [".out-0.former", "out"]
    assert (tmp_path / "out" / "file").read_text() == "whole"


def test_nothing_comes_back_over_what_is_there_or_from_a_living_run(
    left: Callable[[str], Path], tmp_path: Path
) -> None:
    former = left(".out-1.former")
    (former / "below").rename(former / "out")
    with held(former, SHARED):
        bring_back(tmp_path / "out")
    assert not (tmp_path / "out").exists()
    left("out")
    bring_back(tmp_path / "out")
    assert (former / "out" / "file").exists()
    assert (tmp_path / "out" / "below" / "file").exists()
