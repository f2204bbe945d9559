"""Outcome curves: Kaplan-Meier by hand and by lifelines, from columns and from records."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from summary_results import evaluated, failed, row

from spine_radiosurgery.assessment import PatientRecord, record_row
from spine_radiosurgery.assessment.followup.days import DAYS_A_MONTH
from spine_radiosurgery.assessment.followup.entry import Visit
from spine_radiosurgery.assessment.followup.failure import Failure
from spine_radiosurgery.assessment.followup.follow_up import FollowUp
from spine_radiosurgery.cohort.manifest import read_manifest
from spine_radiosurgery.cohort.summary import SummaryBuilder, outcome_pictures, render_cohort
from spine_radiosurgery.cohort.summary.outcome_pictures import draw_survival
from spine_radiosurgery.cohort.summary.survival import MOST_STEPS, survival_curve
from spine_radiosurgery.report.document.values import plain

COLUMNS = ("local_control_months", "local_control_event")


def at(curve, months, name="percent"):
    place = np.searchsorted(curve["months"], months, side="right") - 1
    return curve[name][place]


def test_a_curve_by_hand() -> None:
    curve = survival_curve([1, 2, 3, 4, 4, 5], [1, 0, 1, 1, 0, 1])
    after_3 = 5 / 6 * 3 / 4
    expected = {0.5: 1, 1: 5 / 6, 2.9: 5 / 6, 3: after_3, 4: after_3 * 2 / 3, 5: 0}
    for months, share in expected.items():
        assert at(curve, months) == pytest.approx(100 * share)
    assert [(t["months"], t["cases"]) for t in curve["at_risk"]] == [
        (0, 6), (1, 6), (2, 5), (3, 4), (4, 3), (5, 1),
    ]  # fmt: skip
    assert (curve["cases"], curve["events"], curve["median_months"]) == (6, 4, 4.0)
    assert curve["landmarks"][0]["percent"] == pytest.approx(100 * after_3)


def test_band_is_greenwoods_after_the_log_log_transform() -> None:
    curve = survival_curve([1, 2, 3, 4], [1, 1, 0, 0])
    # Two events of four and of three at risk.
    share, variance = 0.5, 1 / (4 * 3) + 1 / (3 * 2)
    spread = 1.959964 * np.sqrt(variance) / abs(np.log(share))
    assert at(curve, 2.5, "low_percent") == pytest.approx(100 * share ** np.exp(spread))
    assert at(curve, 2.5, "high_percent") == pytest.approx(100 * share ** np.exp(-spread))


def test_many_cases_have_few_steps_on_the_same_curve() -> None:
    from lifelines import KaplanMeierFitter

    random = np.random.default_rng(3)
    events, ends = random.exponential(20, 4000), random.uniform(1, 40, 4000)
    times, happened = np.minimum(events, ends), events <= ends
    curve = survival_curve(times, happened)
    fitted = KaplanMeierFitter().fit(times, happened)
    assert len(curve["months"]) <= MOST_STEPS + 1
    assert curve["censored"] == []
    expected = 100 * fitted.survival_function_at_times(curve["months"]).to_numpy()
    assert np.asarray(curve["percent"]) == pytest.approx(expected)
    landmarks = {row["months"]: row["percent"] for row in curve["landmarks"]}
    for months, percent in landmarks.items():
        assert percent == pytest.approx(100 * float(fitted.predict(months)))


def test_without_events_there_is_no_band_and_no_median() -> None:
    curve = survival_curve([3.0, 5.0], [0, 0])
    assert list(curve["percent"]) == [100.0, 100.0]
    assert np.isnan(curve["low_percent"]).all()
    assert np.isinf(curve["median_months"])
    assert "No event" in curve["reason"]


def test_where_the_curve_is_full_or_empty_there_is_no_band() -> None:
    curve = survival_curve([3, 5, 8, 13], [1, 1, 1, 1])
    known = [False, True, True, True, False]
    assert np.isfinite(curve["low_percent"]).tolist() == known
    assert np.isfinite(curve["high_percent"]).tolist() == known
    before = survival_curve([9, 14.5], [1, 0])["landmarks"][0]
    assert (before["months"], before["percent"]) == (3.0, 100.0)
    assert np.isnan([before["low_percent"], before["high_percent"]]).all()


def test_a_median_has_no_end_where_the_band_is_not_defined() -> None:
    four = survival_curve([2, 4, 8, 12], [1, 1, 1, 1])
    assert np.isnan(four["landmarks"][-1]["high_percent"])
    assert [four[f"median{end}_months"] for end in ("_low", "", "_high")] == [2.0, 4.0, np.inf]
    one = survival_curve([5], [1])
    assert [one[f"median{end}_months"] for end in ("_low", "", "_high")] == [np.inf, 5.0, np.inf]


@pytest.mark.parametrize("count", [2, 6, 8, 14, 18, 20])
def test_half_of_the_cases_is_the_median_whatever_the_rounding(count) -> None:
    curve = survival_curve(np.arange(1, count + 1), np.ones(count))
    assert curve["median_months"] == count / 2


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([("5", "1")], "Median 5.0 months (95 % interval not defined)."),
        ([("2", "1"), ("4", "1"), ("8", "1"), ("12", "1")], "(95 % interval 2.0 to not reached)."),
        ([("9", "1"), ("14.5", "0")], '<td class="n">100.0</td><td class="n">–</td>'),
    ],
)
def test_the_page_gives_no_interval_where_there_is_none(cells, words) -> None:
    pairs = [(named(n, *cell), evaluated(n)) for n, cell in enumerate(cells)]
    assert words in render_cohort(summary(COLUMNS, *pairs))


@pytest.mark.parametrize(
    ("times", "events", "span"),
    [([1, 2, 3, 4], [1, 1, 1, 1], (1, 4)), ([1, 2, 6], [1, 0, 0], (1, 6)), ([2, 3], [0, 0], None)],
)
def test_the_band_is_drawn_where_it_is_defined(monkeypatch, times, events, span) -> None:
    monkeypatch.setattr(outcome_pictures, "uri", lambda figure: figure)
    curve = {"name": "local_control", **plain(survival_curve(times, events))}
    band = draw_survival(curve).axes[0].collections[0]
    ends = [path.get_extents().intervalx.tolist() for path in band.get_paths()]
    assert ends == ([] if span is None else [list(span)])


def summary(columns, *pairs):
    builder = SummaryBuilder(columns)
    for one, result in pairs:
        builder.add(one, result)
    return builder.document()


def named(number, months, event):
    return row(number, columns=dict(zip(COLUMNS, (months, event), strict=True)))


def test_columns_of_the_manifest_make_a_curve() -> None:
    cells = [
        ("3", "1"),
        ("5,5", "no"),
        ("7.0", "yes"),
        ("", ""),
        ("9", ""),
        ("-1", "0"),
        ("x", "1"),
    ]
    pairs = [(named(n, *cell), evaluated(n)) for n, cell in enumerate(cells)]
    pairs.append((named(9, "8", "0"), failed(9)))
    curve = summary(COLUMNS, *pairs)["survival"][0]
    assert (curve["title"], curve["source"]) == ("Local control", "manifest")
    assert (curve["cases"], curve["events"]) == (4, 2)
    assert curve["missing"] == {"open": 1, "unreadable or only half filled in": 3}
    assert curve["end_months"] == 8.0


def test_a_time_without_its_event_is_said() -> None:
    found = summary(("pain_control_months",))
    assert found["survival"] == []
    assert "pain_control_event" in found["notes"][0]


def test_an_event_of_a_shifted_row_is_none(tmp_path) -> None:
    path = tmp_path / "manifest.csv"
    header = "case,folder,target,cord,prescription_gy,fractions,a_months,a_event"
    path.write_text(f"{header}\nA,a,CTV,Cord,16,1,12,1,0\n", encoding="utf-8")
    manifest = read_manifest(path)
    found = summary(manifest.columns, (manifest.rows[0], failed()))["survival"][0]
    assert (found["cases"], found["events"], found["missing"]) == (0, 0, {"open": 1})


def test_capitals_in_names_of_columns_do_not_count() -> None:
    columns = ("Local_Control_Months", "LOCAL_CONTROL_EVENT", "Outcome_Myelopathy")
    pairs = [
        (row(n, columns=dict(zip(columns, cells, strict=True))), evaluated(n))
        for n, cells in enumerate([("3", "1", "0"), ("5", "0", "1")])
    ]
    found = summary(columns, *pairs)
    curve, answers = found["survival"][0], found["outcomes"][0]
    assert (curve["name"], curve["title"]) == ("Local_Control", "Local control")
    assert curve["definition"].startswith("Columns Local_Control_Months and LOCAL_CONTROL_EVENT of")
    assert (curve["cases"], curve["events"], answers["yes"], answers["no"]) == (2, 1, 1, 1)
    assert (answers["column"], answers["title"]) == ("Outcome_Myelopathy", "Myelopathy")
    assert {one["outcome"] for one in found["dose_responses"]} == {"Outcome_Myelopathy"}
    assert found["notes"] == []


def test_times_and_events_of_a_curve_are_no_answers() -> None:
    columns = ("outcome_a_months", "outcome_a_event", "outcome_b_months", "outcome_c_event")
    found = summary(columns)
    assert [curve["name"] for curve in found["survival"]] == ["outcome_a"]
    assert [answers["column"] for answers in found["outcomes"]] == ["outcome_c_event"]
    assert {one["outcome"] for one in found["dose_responses"]} == {"outcome_c_event"}
    assert [note.split()[1] for note in found["notes"]] == ["outcome_b_months", "outcome_c_event"]


@pytest.mark.parametrize(
    "column",
    ["local control months", "control-event", "failure_month", "Outcome pain", "outcomes_x"],
)
def test_a_column_that_is_nearly_an_outcome_is_said(column) -> None:
    found = summary((column, "site", "months", "income"))
    assert (found["survival"], found["outcomes"]) == ([], [])
    assert len(found["notes"]) == 1 and f"Column {column} is" in found["notes"][0]


@pytest.mark.parametrize("column", ["_months", "_event", "outcome_"])
def test_an_ending_without_a_name_is_no_outcome(column) -> None:
    found = summary((column, "_months", "_event"))
    assert (found["survival"], found["outcomes"]) == ([], [])


def test_outcome_columns_are_counted() -> None:
    answers = ["1", "yes", "0", "No", "", "maybe"]
    pairs = [
        (row(n, columns={"outcome_myelopathy": answer}), evaluated(n))
        for n, answer in enumerate(answers)
    ]
    found = summary(("outcome_myelopathy",), *pairs)["outcomes"][0]
    assert (found["yes"], found["no"], found["open"], found["unreadable"]) == (2, 2, 1, 1)
    assert (found["title"], found["percent"]) == ("Myelopathy", 50.0)


def curves_of_records(*follow_ups):
    records = [PatientRecord(levels=("T8",), follow_up=follow_up) for follow_up in follow_ups]
    pairs = [(row(n), evaluated(n, assessment=record_row(r))) for n, r in enumerate(records)]
    found = summary((), *pairs, (row(99), evaluated(99)))["survival"]
    return {curve["name"]: curve for curve in found}


def test_local_control_of_records() -> None:
    curve = curves_of_records(
        FollowUp(failures=(Failure(300, "in_field"),), last_day=400),
        FollowUp(failures=(Failure(100, "distant"),), last_day=200),
        FollowUp(failures=(Failure(100),), last_day=200),
        FollowUp(),
    )["local_control"]
    assert (curve["cases"], curve["events"], curve["source"]) == (2, 1, "records")
    assert curve["end_months"] == pytest.approx(300 / DAYS_A_MONTH)
    assert curve["censored"] == [[pytest.approx(200 / DAYS_A_MONTH), 100.0]]
    assert curve["missing"] == {"no record": 1, "open": 2}


def test_the_record_of_a_case_that_failed_counts() -> None:
    record = PatientRecord(follow_up=FollowUp(last_day=400))
    result = replace(failed(), assessment=record_row(record))
    curve = summary((), (row(), result))["survival"][0]
    assert (curve["cases"], curve["missing"]) == (1, {})


def visit(day, score):
    return Visit(day, score, opioid_mg=10, pain_medication_increased="no", other_sites_worse="no")


def test_pain_control_of_records_by_both_definitions() -> None:
    relapse = FollowUp(visits=(visit(0, 8), visit(30, 2), visit(90, 1), visit(180, 8)))
    held = FollowUp(visits=(visit(0, 8), visit(30, 2), visit(90, 1)))
    never = FollowUp(visits=(visit(0, 8), visit(30, 8)))
    curves = curves_of_records(relapse, held, never, FollowUp(visits=(visit(0, 8),)))
    for name in ("pain_control_rtog_0631", "pain_control_consensus"):
        curve = curves[name]
        assert (curve["cases"], curve["events"]) == (2, 1)
        assert curve["end_months"] == pytest.approx(180 / DAYS_A_MONTH)
        assert curve["censored"] == [[pytest.approx(90 / DAYS_A_MONTH), 100.0]]
        assert curve["missing"] == {"no record": 1, "open": 1, "without relief at any visit": 1}
        assert "first visit after relief" in curve["definition"]
