"""Languages, terminals, clocks and networks: the same figures, or a line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from faulty_machines import ClockRunsBackwards, NoNetwork, NumberFormat, may

from spine_radiosurgery.dicom import read_structure
from spine_radiosurgery.dicom.transforms import read_transform

sitk = pytest.importorskip("SimpleITK")

GERMAN = "de_DE.UTF-8"


@pytest.fixture(scope="session")
def german(tmp_path_factory) -> str:
    """Folder with a language of decimal commas, made where the machine has none."""
    folder = tmp_path_factory.mktemp("languages")
    program = shutil.which("localedef")
    if program is None:
        pytest.skip("no localedef to make a language of decimal commas")
    made = subprocess.run(
        [program, "-i", "de_DE", "-f", "UTF-8", folder / GERMAN], capture_output=True, check=False
    )
    if not (folder / GERMAN).exists():
        pytest.skip(f"localedef knows no German: {made.stderr.decode()[:80]}")
    return str(folder)


def in_child(work, prepare) -> dict:
    """What a function returns in a child that something befell."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            prepare()
            found = json.dumps(work())
        except BaseException as error:
            found = json.dumps({"error": repr(error)})
        os.write(writing, found.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as stream:
        found = json.loads(stream.read())
    os.waitpid(child, 0)
    return found


def test_text_headers_are_read_alike_where_people_write_commas(german, tmp_path) -> None:
    values = np.zeros((6, 7, 8), dtype=np.uint8)
    values[1:3, 2:5, 3:7] = 1
    image = sitk.GetImageFromArray(values)
    image.SetSpacing((0.5, 1.25, 2.75))
    image.SetOrigin((10.5, -20.25, 3.125))
    shift = sitk.Euler3DTransform()
    shift.SetTranslation((1.5, 2.25, 3.75))
    files = [tmp_path / f"mask{ending}" for ending in (".nrrd", ".nii.gz", ".mha", ".mhd")]
    for file in files:
        sitk.WriteImage(image, str(file))
    sitk.WriteTransform(shift, str(tmp_path / "shift.tfm"))
    (tmp_path / "shift.txt").write_text("1 0 0 1.5\n0 1 0 2.25\n0 0 1 3.75\n0 0 0 1\n")

    def read() -> dict:
        found = {file.name: read_structure(file).bounds_ras().tolist() for file in files}
        for name in ("shift.tfm", "shift.txt"):
            found[name] = read_transform(tmp_path / name).tolist()
        return found

    plain = in_child(read, lambda: None)
    assert "error" not in plain
    assert in_child(read, NumberFormat(GERMAN, german)) == plain


def test_reports_hold_points_where_people_write_commas(evaluate, german, case, tmp_path) -> None:
    for name, prepare in (("plain", None), ("german", NumberFormat(GERMAN, german))):
        ended = evaluate(case, tmp_path / name, prepare=prepare)
        assert (ended.status, ended.err) == (0, "")
    for name in ("metrics.csv", "constraints.csv", "dvh.csv"):
        assert (tmp_path / "german" / name).read_bytes() == (tmp_path / "plain" / name).read_bytes()


def console(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own, whose interpreter starts in this environment."""
    return subprocess.run(
        [sys.executable, "-m", "spine_radiosurgery", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        capture_output=True,
        timeout=120,
        check=False,
    )


FEW_LETTERS = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def test_terminal_of_few_letters(run, tmp_path) -> None:
    file = tmp_path / "Rückenmark ±.json"
    title = "Für das Rückenmark, ≤ 10 Gy ±"
    new = ("protocols", "new", "-o", file, "--identifier", "clinic", "--title", title)
    assert run(*new).status == 0
    ended = console("protocols", "show", file, **FEW_LETTERS)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"R\\xfcckenmark" in ended.stdout


def test_letters_that_came_in_wrong(tmp_path) -> None:
    new = ("new", "-o", tmp_path / "a.json", "--identifier", "clinic", "--title", "Für alle")
    ended = console("protocols", *new, **FEW_LETTERS)
    assert (ended.returncode, ended.stderr.count(b"\n")) == (2, 1)
    assert b"UTF-8" in ended.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("redirection", "status", "words"),
    [(">/dev/full", 2, b"No space left"), ("| head -n 1", 0, b""), (">&-", 0, b"")],
)
def test_output_that_nobody_takes(redirection, status, words) -> None:
    ended = subprocess.run(
        ["bash", "-c", f'"$0" -m spine_radiosurgery protocols schema {redirection}; '
         "exit ${PIPESTATUS[0]}", sys.executable],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        timeout=120,
        check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr.count(b"\n")) == (status, 1 if words else 0)
    assert words in ended.stderr


def test_without_any_network(evaluate, case, tmp_path) -> None:
    if not may(NoNetwork()):
        pytest.skip("only the superuser may leave the network")
    ended = evaluate(case, tmp_path / "out", prepare=NoNetwork())
    assert (ended.status, ended.err) == (0, "")


def test_clock_and_times_of_files_have_no_say(evaluate, case, tmp_path) -> None:
    """Files of the future and of 1970, and a clock that runs backwards."""
    for number, path in enumerate(sorted(case.rglob("*.dcm"))):
        moment = 4_000_000_000 if number % 2 else 0
        os.utime(path, (moment, moment))
    assert evaluate(case, tmp_path / "out").status == 0
    first = (tmp_path / "out" / "metrics.csv").read_bytes()
    ended = evaluate(case, tmp_path / "out", prepare=ClockRunsBackwards())
    assert (ended.status, ended.err) == (0, "")
    assert (tmp_path / "out" / "metrics.csv").read_bytes() == first
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def crlf(file: Path) -> Path:
    """The same text with line ends of Windows, and the mark that its editor puts before."""
    content = file.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    file.write_bytes(b"\xef\xbb\xbf" + content)
    return file


def test_line_ends_of_windows(run, tmp_path) -> None:
    protocol, record = tmp_path / "clinic.json", tmp_path / "record.json"
    new = ("protocols", "new", "-o", protocol, "--identifier", "clinic", "--title", "Ours")
    assert run(*new).status == 0
    before = run("protocols", "validate", protocol)
    after = run("protocols", "validate", crlf(protocol))
    assert (after.status, after.out, after.err) == (0, before.out, "")
    record.write_text(json.dumps({"patient": "A1", "levels": ["T8"]}, indent=1))
    tables = []
    for folder in ("plain", "windows"):
        ended = run("assess", record, "--output", tmp_path / folder)
        assert (ended.status, ended.err) == (0, "")
        tables.append((tmp_path / folder / "assessments.csv").read_bytes())
        crlf(record)
    assert tables[0] == tables[1]
    matrix = tmp_path / "shift.txt"
    matrix.write_text("# ours\n1 0 0 1.5\n0 1 0 2.25\n0 0 1 3.75\n0 0 0 1\n")
    shift = sitk.Euler3DTransform()
    shift.SetTranslation((1.5, 2.25, 3.75))
    sitk.WriteTransform(shift, str(tmp_path / "shift.tfm"))
    plain = read_transform(tmp_path / "shift.tfm")
    (tmp_path / "shift.tfm").write_bytes(
        (tmp_path / "shift.tfm").read_bytes().replace(b"\n", b"\r\n")
    )
    assert np.array_equal(read_transform(tmp_path / "shift.tfm"), plain)
    assert read_transform(crlf(matrix))[0, 3] == 1.5
