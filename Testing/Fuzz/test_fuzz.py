"""Two thousand changed inputs: a clear sentence or a sound result, in time and in their place."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
import fuzz_bases
from fuzz_bytes import changed_bytes
from fuzz_campaign import Tally, run_campaign
from fuzz_inputs import changed_input, sound_inputs, write_all_bases, write_files
from fuzz_judging import MOST_SECONDS, Watch, judged
from fuzz_readers import READERS, WrongResultError
from fuzz_sentences import sentence_problem

import spine_radiosurgery as sr

COUNT = 2000
SEED = 7
REAL_OBJECTS = 60


def defects_of(tallies: dict[str, Tally]) -> dict[str, list[int]]:
    return {
        f"{reader}: {what}": seeds[:3]
        for reader, tally in tallies.items()
        for what, seeds in tally.defects.items()
    }


@pytest.mark.slow
def test_changed_inputs_are_refused_in_a_sentence_or_read(tmp_path):
    pytest.importorskip("SimpleITK")
    write_all_bases(tmp_path, list(READERS))
    tasks = [
        (reader.name, SEED * 10_000_000 + n)
        for reader in READERS.values()
        for n in range(reader.share)
    ]
    tallies = run_campaign(tasks, tmp_path, min(2, os.cpu_count() or 1))
    assert sum(tally.inputs for tally in tallies.values()) == COUNT
    assert defects_of(tallies) == {}
    # A change that is always or never seen tests nothing; `inspect` refuses nothing by design.
    for name in set(READERS) - {"inspection"}:
        assert tallies[name].refused > 0, name
        assert tallies[name].accepted > 0, name


def test_an_input_is_the_same_at_every_run(tmp_path):
    write_all_bases(tmp_path, ["protocol", "object"])
    for reader in ("protocol", "object"):
        sound = sound_inputs(tmp_path, reader)
        made = [changed_input(sound, reader, seed) for seed in range(30)]
        assert made == [changed_input(sound, reader, seed) for seed in range(30)]
        assert len({json.dumps({k: v.hex() for k, v in one.items()}) for one in made}) > 20


def unsound(read, folder: Path) -> str:
    scratch = folder / "scratch"
    write_files({"input/x": b"x"}, scratch)
    return judged(read, scratch / "input", Watch(), scratch).what


def test_what_a_reader_may_not_do_is_seen(tmp_path):
    def crash(_: Path) -> None:
        raise KeyError("x")

    def babble(_: Path) -> None:
        raise sr.InputError("<class 'int'> is wrong.")

    def write(folder: Path) -> None:
        (folder / "y").write_text("y")

    def err(_: Path) -> None:
        raise WrongResultError("volume -3")

    assert unsound(crash, tmp_path / "1").startswith("KeyError in")
    assert unsound(babble, tmp_path / "2") == "sentence speaks of '<class '"
    assert unsound(write, tmp_path / "3").startswith("writes or starts")
    assert unsound(err, tmp_path / "4").startswith("wrong: volume")


@pytest.mark.parametrize(
    "sentence", ["", "two\nlines.", "no end", "Traceback of it.", f"in {Path.home()}/x."]
)
def test_what_is_no_sentence_is_seen(sentence):
    assert sentence_problem(sentence)


@given(st.text(max_size=5000))
@settings(max_examples=60)
def test_whatever_an_error_quotes_it_is_one_printable_line(text):
    assert str(sr.InputError(text)).isprintable()
    assert len(str(sr.InputError(text * 3))) < 2100


@given(st.binary(max_size=300), st.integers(0, 2**32))
@settings(max_examples=60)
def test_any_bytes_are_no_case(data, seed):
    assert MOST_SECONDS == 10
    assert isinstance(changed_bytes(data, Random(seed)), bytes)


@pytest.mark.slow
def test_the_command_replays_an_input(tmp_path):
    command = [sys.executable, str(Path(__file__).parent), "--replay", "1", "protocol"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith(("refused: ", "accepted: "))


@pytest.mark.slow
@pytest.mark.real_data
def test_changed_objects_of_other_makers(real_data, tmp_path):
    fuzz_bases.write_real_objects(tmp_path / "object", real_data)
    tallies = run_campaign([("object", n) for n in range(REAL_OBJECTS)], tmp_path, 1)
    assert defects_of(tallies) == {}
