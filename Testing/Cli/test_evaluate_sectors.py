"""`evaluate` with vertebrae: sectors beside a drawn target, and a target made from a template."""

from __future__ import annotations

import json
from functools import partial

import pytest

import spine_radiosurgery as sr

PHANTOM = sr.SpinePhantom(level="T8", dose_margin_mm=30.0)
QUICK = ("--no-scene", "--no-robustness")


@pytest.fixture(scope="module")
def case_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("phantom") / "dicom"
    sr.write_dicom_case(sr.make_phantom(PHANTOM), folder)
    return folder


@pytest.fixture
def run(run_command):
    return partial(run_command, "evaluate")


def read(folder):
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


def test_target_is_made_from_a_vertebra_and_a_template(run, case_dir, tmp_path):
    status, text, errors = run(
        case_dir, "--vertebra", "Vertebra_T08", "--template", "body", "--gtv", "GTV_T8",
        "--cord", "SpinalCord", "--output", tmp_path / "out", *QUICK,
    )  # fmt: skip
    assert (status, errors) == (0, "")
    assert "CTV_T8_body takes of T8: body" in text
    document = read(tmp_path / "out")
    (made,) = document["target_definitions"]
    assert (made["template"], made["united_with"]) == ("body", ["GTV_T8"])
    drawn = sr.make_phantom(PHANTOM).structure("CTV_T8").volume_cc
    assert document["target"]["volume_cc"] == pytest.approx(drawn, rel=0.08)
    assert (tmp_path / "out" / "figures" / "sectors_T8.png").is_file()


def test_sectors_are_shown_beside_a_drawn_target(run, case_dir, tmp_path):
    status, text, errors = run(
        case_dir, "--target", "CTV_T8", "--vertebra", "Vertebra_T08", "--cord", "SpinalCord",
        "--output", tmp_path / "out", *QUICK,
    )  # fmt: skip
    assert (status, errors) == (0, "")
    assert "proposes: body" in text
    assert read(tmp_path / "out")["target_definitions"][0]["origin"] == "drawn"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "No target was named"),
        (("--template", "body"), "No target was named"),
        (("--template", "body", "--target", "CTV_T8"), "both named"),
        (("--template", "corpus", "--vertebra", "Vertebra_T08"), "no target template 'corpus'"),
        (("--template", "body", "--vertebra", "Vertebra_T99"), "did you mean Vertebra_T0"),
        (("--template", "body", "--vertebra", "SpinalCord"), "SpinalCord"),
        (
            ("--template", "body", "--vertebra", "Vertebra_T08", "--template-margin-mm", "wide"),
            "--template-margin-mm wide is no margin",
        ),
    ],
)
def test_bad_choice_is_one_line_and_leaves_nothing(run, case_dir, tmp_path, options, words):
    status, _, errors = run(
        case_dir, "--cord", "SpinalCord", "--output", tmp_path / "out", *QUICK, *options
    )
    assert status == 2
    assert words in errors
    assert errors.count("\n") == 1
    assert not (tmp_path / "out").exists()
