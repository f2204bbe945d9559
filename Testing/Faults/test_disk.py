"""Full disks, folders without permission: a line, status 2, and everything as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from faulty_machines import PermissionsHold, SmallDisk, SmallFiles, may

NO_SPACE = ("No space left on device", "File too large")


@pytest.fixture
def refused(ended_well):
    def check(ended, *words: str) -> None:
        ended_well(ended, 2)
        assert any(word in ended.err for word in words)

    return check


@pytest.fixture
def protocol(run, tmp_path):
    """Write a protocol into a folder; the smallest thing that is written."""

    def writer(folder: Path, version: str = "1", **options):
        return run(
            "protocols", "new", "-o", folder / "clinic.json", "--identifier", "clinic",
            "--title", "Ours", "--version", version, **options,
        )  # fmt: skip

    return writer


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize("kilobytes", [100, 700])
def test_full_disk_is_said(evaluate, refused, case, tmp_path, kilobytes) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if not may(SmallDisk(disk, kilobytes)):
        pytest.skip("only the superuser may mount a small disk")
    ended = evaluate(case, disk / "out", prepare=SmallDisk(disk, kilobytes))
    refused(ended, *NO_SPACE)
    assert str(disk / "out") in ended.err


def test_files_that_cannot_grow_leave_the_former_report(evaluate, refused, case, tmp_path) -> None:
    out = tmp_path / "out"
    assert evaluate(case, out).status == 0
    before = {name: (out / name).read_bytes() for name in names(out) if (out / name).is_file()}
    refused(evaluate(case, out, prepare=SmallFiles(60_000)), *NO_SPACE)
    assert {n: (out / n).read_bytes() for n in names(out) if (out / n).is_file()} == before
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


@pytest.mark.parametrize("most", [200, 1_000])
def test_small_files_are_whole_or_not_there(protocol, refused, tmp_path, most) -> None:
    refused(protocol(tmp_path, prepare=SmallFiles(most)), *NO_SPACE)
    assert names(tmp_path) == []


def test_a_record_and_its_table_stay(run, refused, tmp_path) -> None:
    record = tmp_path / "new.json"
    record.write_text(json.dumps({"patient": "A1", "levels": ["T8"]}))
    assess = ("assess", record, "--output", tmp_path / "out")
    assert run(*assess).status == 0
    before = {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()}
    refused(run(*assess, prepare=SmallFiles(600)), *NO_SPACE)
    assert {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()} == before


@pytest.mark.parametrize("which", ["the folder", "the folder above"])
def test_folder_without_permission_is_left_alone(
    evaluate, protocol, refused, case, tmp_path, which
) -> None:
    above = tmp_path / "above"
    folder = above if which == "the folder above" else above / "folder"
    folder.mkdir(parents=True)
    folder.chmod(0o555)
    try:
        refused(protocol(folder, prepare=PermissionsHold()), "Permission denied")
        refused(
            evaluate(case, folder / "out", prepare=PermissionsHold()), "no permission", "Permission"
        )
        assert names(folder) == []
    finally:
        folder.chmod(0o755)


@pytest.mark.parametrize("name", ["RD.dcm", "CT", "."])
def test_input_without_permission_is_named(evaluate, refused, case, tmp_path, name) -> None:
    mode = (case / name).stat().st_mode
    (case / name).chmod(0)
    try:
        ended = evaluate(case, tmp_path / "out", prepare=PermissionsHold())
    finally:
        (case / name).chmod(mode)
    refused(ended, "Permission denied", "is not readable")
    assert not (tmp_path / "out").exists()
