"""No number differs silently: what means nothing changes none, what means something is said."""

from __future__ import annotations

import math
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import fuzz_bases
from fuzz_harmless import MEANS_NOTHING
from fuzz_meaning import MUST_BE_SEEN

import spine_radiosurgery as sr


def evaluated(folder: Path) -> sr.Report:
    case = sr.read_dicom_case(folder)
    return sr.evaluate(case, target=fuzz_bases.TARGET, cord=fuzz_bases.CORD, robustness=None)


def values_of(report: sr.Report) -> dict[str, float]:
    return {f"{row.structure} {row.metric.name}": row.metric.value for row in report.metrics}


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> tuple[Path, sr.Report]:
    folder = fuzz_bases.write_case(tmp_path_factory.mktemp("sound") / "case")
    return folder, evaluated(folder)


def test_the_sound_case_has_nothing_to_remark(sound):
    assert sound[1].warnings == ()
    assert sound[1].case.warnings == ()


@pytest.mark.parametrize("name", MEANS_NOTHING)
def test_what_means_nothing_changes_no_number(name, sound, tmp_path):
    folder, report = sound
    shutil.copytree(folder, tmp_path / "case")
    MEANS_NOTHING[name](tmp_path / "case")
    changed = evaluated(tmp_path / "case")
    before, after = values_of(report), values_of(changed)
    assert before.keys() == after.keys()
    for key, value in before.items():
        # The order of sums may change the last digits.
        assert math.isclose(value, after[key], rel_tol=1e-9, abs_tol=1e-12) or (
            math.isnan(value) and math.isnan(after[key])
        ), key
    assert changed.verdict.status == report.verdict.status


@pytest.mark.parametrize("name", MUST_BE_SEEN)
def test_what_changes_a_meaning_is_refused_or_said(name, sound, tmp_path):
    shutil.copytree(sound[0], tmp_path / "case")
    MUST_BE_SEEN[name](tmp_path / "case")
    try:
        report = evaluated(tmp_path / "case")
    except sr.InputError as error:
        assert str(error).endswith((".", "?"))
        return
    assert report.warnings or report.verdict.status != "pass", "evaluated without a word"
