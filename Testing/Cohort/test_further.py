from __future__ import annotations

from dataclasses import replace

from spine_radiosurgery.cohort.evaluating import evaluate_row
from spine_radiosurgery.cohort.further import further_metrics, with_metrics
from spine_radiosurgery.cohort.result import FAILED, CaseResult
from spine_radiosurgery.cohort.summary import metrics_asked


def test_a_result_with_more_metrics_lists_those_asked_for(manifest, settings) -> None:
    row = manifest.rows[0]
    asked = ("D10%[Gy]", "D5%[Gy]")
    more = evaluate_row(row, replace(settings, metrics=(*asked, "D95%[Gy]", "V3Gy[cc]")))
    for some in (asked, ()):
        alone = evaluate_row(row, replace(settings, metrics=some))
        assert with_metrics(more, some).document["metrics"] == alone.document["metrics"]
        assert with_metrics(alone, some) == alone


def test_a_failed_result_lists_nothing() -> None:
    failed = CaseResult("a", FAILED, "No dose.")
    assert with_metrics(failed, ()) == failed


def test_metrics_of_every_structure_are_no_further_ones() -> None:
    assert further_metrics(("V3Gy[cc]", "Mean[Gy]", "D10%[Gy]")) == ("D10%[Gy]", "V3Gy[cc]")


def test_dose_responses_ask_for_what_no_report_lists_of_the_structure() -> None:
    columns = ("outcome_pain",)
    for listed in ("cord_volume D10%[Gy]", "SpinalCord_Partial V10Gy[%]", "Lung Mean[Gy]"):
        assert metrics_asked([f"{listed}:pain"], columns) == ()
    for further in ("target D10%[Gy]", "Lung D10%[Gy]", "prv D5%[Gy]"):
        assert len(metrics_asked([f"{further}:pain"], columns)) == 1
