from __future__ import annotations

import csv
from dataclasses import replace

import pytest

from spine_radiosurgery.cohort import summary
from spine_radiosurgery.cohort.running import run_cohort
from spine_radiosurgery.cohort.settings import CohortSettings
from spine_radiosurgery.geometry import InputError


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"mode": "axail"}, "mode 'axail' is not known; choose axial or centreline"),
        ({"margin_mm": -3.0}, "cord margin of -3 mm must be 0 mm or more"),
        ({"margin_mm": float("nan")}, "must be 0 mm or more"),
        ({"metrics": ("D5%[Gy]", "D10Gy")}, "Metric 'D10Gy' is not known"),
        ({"dose_interpolation": "nearest"}, "choose trilinear or cubic"),
        ({"between_contours": "splines"}, "choose slabs or linear"),
        ({"alpha_beta_gy": 0.0}, "alpha/beta is 0 Gy"),
    ],
)
def test_a_setting_with_which_every_case_would_fail_is_refused(wrong, sentence) -> None:
    with pytest.raises(InputError, match=sentence):
        CohortSettings(**wrong)


def test_metrics_are_kept_once_each_in_order_of_names() -> None:
    asked = ("V3Gy[cc]", "D5%[Gy]", "V3Gy[cc]")
    assert CohortSettings(metrics=asked).metrics == ("D5%[Gy]", "V3Gy[cc]")


@pytest.mark.parametrize("protocol", ["ryu2015", "/nowhere/ours.json"])
def test_a_protocol_that_is_not_there_is_told_before_a_folder_is_made(
    manifest, settings, tmp_path, protocol
) -> None:
    with pytest.raises(InputError, match="Protocol"):
        run_cohort(manifest, tmp_path / "out", replace(settings, protocol=protocol))
    assert not (tmp_path / "out").exists()


def test_tables_are_there_though_no_page_can_be_made(
    manifest, settings, tmp_path, monkeypatch
) -> None:
    def fail(document):
        raise KeyError("a defect")

    monkeypatch.setattr(summary, "render_cohort", fail)
    rows = tuple(replace(row, problem="Line 2 of the manifest: no cord.") for row in manifest.rows)
    out = tmp_path / "out"
    with pytest.raises(KeyError):
        run_cohort(replace(manifest, rows=rows), out, settings)
    with (out / "cases.csv").open(encoding="utf-8", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == len(rows)
    assert not (out / "summary.html").exists()
