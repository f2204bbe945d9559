"""Commands that are killed: nothing half-written, and the next run tidies up."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from pathlib import Path

import builders
import pytest
from faulty_commands import OPTIONS
from faulty_machines import KilledWhenRenaming

from spine_radiosurgery.geometry import whole_file, whole_folder
from spine_radiosurgery.geometry.scratch import FORMER, UNFINISHED
from waiting import wait_until


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


def result(folder: Path) -> dict:
    """What a report says but for when it was made."""
    document = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    text = json.dumps(document)
    moment = document["provenance"].get("generated_at") or document.get("generated_at", "")
    return json.loads(text.replace(moment, "")) if moment else document


@pytest.fixture(scope="module")
def whole(evaluate, tmp_path_factory) -> Path:
    """A report that nobody disturbed."""
    folder = tmp_path_factory.mktemp("whole")
    assert evaluate(builders.write_case(folder / "case"), folder / "out").status == 0
    return folder / "out"


@pytest.fixture
def undisturbed(whole) -> dict:
    return result(whole)


def test_killed_at_random_moments_and_started_again(
    start, evaluate, case, tmp_path, whole, undisturbed
) -> None:
    """Ten seeds: most of an evaluation's time is before it writes."""
    out = tmp_path / "out"
    names = set(os.listdir(whole))
    for seed in range(10):
        running = start("evaluate", case, "--output", out, *OPTIONS)
        time.sleep(random.Random(seed).uniform(0.0, 1.2))
        running.kill()
        assert running.ended().status in (-signal.SIGKILL, 0)
        assert not out.exists() or set(os.listdir(out)) == names
        assert all(name.endswith((UNFINISHED, FORMER)) for name in left_in(tmp_path))
    assert evaluate(case, out).status == 0
    assert result(out) == undisturbed
    assert left_in(tmp_path) == []


def test_killed_while_it_writes_and_started_again(
    start, evaluate, case, tmp_path, whole, undisturbed
) -> None:
    out = Path(shutil.copytree(whole, tmp_path / "out"))
    running = start("evaluate", case, "--output", out, *OPTIONS)
    wait_until(lambda: left_in(tmp_path))
    running.kill()
    assert running.ended().status == -signal.SIGKILL
    assert len(left_in(tmp_path)) == 1
    assert result(out) == undisturbed
    assert evaluate(case, out).status == 0
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("rename", [1, 2, 3, 4])
def test_killed_at_every_rename_of_a_second_run(tmp_path, rename) -> None:
    folder = tmp_path / "out"
    with whole_folder(folder) as scratch:
        (scratch / "a").write_text("former")
    child = os.fork()
    if child == 0:
        KilledWhenRenaming(tmp_path, rename)()
        with whole_folder(folder) as scratch:
            (scratch / "a").write_text("new")
        os._exit(0)
    _, ended = os.waitpid(child, 0)
    assert os.WTERMSIG(ended) == signal.SIGKILL
    if folder.exists():
        assert (folder / "a").read_text() == "former"
    else:
        # Taken away, and the new one not yet there: it lies in a folder whose name says so.
        assert [n for n in left_in(tmp_path) if n.endswith(FORMER)] != []
    with pytest.raises(RuntimeError), whole_folder(folder):
        assert (folder / "a").read_text() == "former"
        raise RuntimeError("a second run that fails")
    assert (folder / "a").read_text() == "former"
    with whole_folder(folder) as scratch:
        (scratch / "a").write_text("new")
    assert (folder / "a").read_text() == "new"
    assert [n for n in left_in(tmp_path) if n.endswith((FORMER, UNFINISHED))] == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_tidies_itself(start, ended_well, case, tmp_path, number) -> None:
    running = start("evaluate", case, "--output", tmp_path / "out", *OPTIONS)
    wait_until(lambda: left_in(tmp_path))
    os.kill(running.process.pid, number)
    ended = running.ended()
    ended_well(ended, 2)
    assert "Interrupted" in ended.err
    assert [path.name for path in tmp_path.iterdir()] == ["case"]


def test_two_runs_into_one_folder(start, case, tmp_path, undisturbed) -> None:
    out = tmp_path / "out"
    both = [start("evaluate", case, "--output", out, *OPTIONS) for _ in range(2)]
    ended = [one.ended() for one in both]
    assert [(one.status, one.err) for one in ended] == [(0, ""), (0, "")]
    assert result(out) == undisturbed
    assert left_in(tmp_path) == []


def test_many_runs_into_one_folder_and_file(tmp_path) -> None:
    def write(number: int) -> None:
        for _ in range(40):
            with whole_folder(tmp_path / "out") as scratch:
                (scratch / "a").write_text(str(number))
                (scratch / "b").write_text(str(number))
            with whole_file(tmp_path / "file") as scratch:
                scratch.write_text(str(number) * 1000)

    children = []
    for number in range(4):
        child = os.fork()
        if child == 0:
            try:
                write(number)
            except BaseException:
                os._exit(1)
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
    assert (tmp_path / "out" / "a").read_text() == (tmp_path / "out" / "b").read_text()
    assert len(set((tmp_path / "file").read_text())) == 1
    assert left_in(tmp_path) == []
