"""What a case's structures measure for the record is what the library measures on them."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
from assessing_plans import LOWER, SAC, TARGET, UPPER, assessed_case, chosen
from steps_plans import CANAL, CORD, TUMOUR, VERTEBRA, edit, loaded, put_under, rigid, segment

from spine_radiosurgery.assessment import measure_selection, measure_vertebra, propose_grade
from spine_radiosurgery.geometry import Cancelled, listening
from spine_radiosurgery.report.targets.asking import split_in_case
from spine_radiosurgery.scene.steps.assessed_parts import parts_of
from spine_radiosurgery.scene.steps.assessing import checked
from spine_radiosurgery.scene.steps.measuring import measured_of, propose, vertebra
from spine_radiosurgery.scene.steps.roles import guessed_roles
from spine_radiosurgery.scene.steps.splitting import split_segment


def as_read(value):
    return json.loads(json.dumps(asdict(value)))


@pytest.fixture(scope="module")
def whole(slicer_core):
    """The case, with its graded vertebra split and its neighbors as masks."""
    with loaded(assessed_case()) as (scene, nodes):
        sectors = split_segment(segment(nodes, VERTEBRA))
        yield scene, nodes, sectors


@pytest.fixture
def nodes(slicer_core):
    with loaded(assessed_case()) as (_, found):
        yield found


def parts_in(nodes, **options):
    return parts_of(nodes.structures, guessed_roles(nodes.structures), **options)


def named(parts) -> dict[str, str]:
    return {part: getattr(s, "segment_id", s.GetName() if hasattr(s, "GetName") else "")
            for part, s in parts.inputs().items()}  # fmt: skip


def test_roles_tell_every_part(whole) -> None:
    _, nodes, _ = whole
    parts = parts_in(nodes)
    assert named(parts) == {
        "tumor": TUMOUR,
        "cord": CORD,
        "canal": CANAL,
        "thecal sac": SAC,
        "target": TARGET,
        "vertebra T7": UPPER,
        "vertebra T8": VERTEBRA,
        "vertebra T9": LOWER,
    }
    assert (parts.level, list(parts.split)) == ("T8", ["T8", "T7", "T9"])


def test_what_a_person_chose_counts_and_sectors_stand_for_their_vertebra(whole) -> None:
    _, nodes, sectors = whole
    parts = parts_in(nodes, chosen=chosen(nodes, canal=SAC, tumor=TARGET), sectors=[sectors])
    assert (parts.tumour.segment_id, parts.sac.segment_id) == (TARGET, SAC)
    # The sac was only chosen to split the vertebra by.
    assert parts.canal.segment_id == CANAL
    assert parts.split["T8"] is sectors
    assert parts.inputs()["sectors T8"] is sectors


def test_another_level_has_other_neighbors(whole) -> None:
    _, nodes, _ = whole
    assert list(parts_in(nodes, level="T9").split) == ["T9", "T8"]
    assert list(parts_in(nodes, level="L3").split) == []


def test_a_body_by_itself_is_no_vertebra(nodes) -> None:
    segmentation = nodes.structures.GetSegmentation()
    segmentation.GetSegment(UPPER).SetName("VB_T08")
    segmentation.GetSegment(LOWER).SetName("VB_T09")
    parts = parts_in(nodes)
    assert {name: s.segment_id for name, s in parts.vertebrae.items()} == {
        "T8": VERTEBRA, "1": LOWER,
    }  # fmt: skip
    assert list(parts.split) == ["T8"]


def test_a_vertebra_without_a_level_is_measured_by_itself(slicer_core) -> None:
    plan = assessed_case()
    named = {TUMOUR: "GTV", VERTEBRA: "Vertebra", CORD: CORD}
    plan = replace(plan, structures=tuple(plan.structure(n).renamed(m) for n, m in named.items()))
    with loaded(plan) as (_, nodes):
        parts = parts_in(nodes)
        assert (parts.level, list(parts.split)) == ("", ["1"])
        assert measured_of(parts)["sins"]["measured"]["body_involved_percent"] is not None


def test_what_is_gone_or_missing_is_left_out(nodes) -> None:
    picked = chosen(nodes)
    nodes.structures.GetSegmentation().RemoveSegment(TUMOUR)
    parts = parts_in(nodes, chosen=picked)
    assert parts.tumour is None
    assert parts.vertebrae == {}
    empty = parts_of(None, {})
    assert (empty.inputs(), empty.level) == ({}, "")
    assert set(measured_of(empty)) == {"selection"}


def test_everything_is_measured_as_by_the_library(whole) -> None:
    _, nodes, sectors = whole
    plan = assessed_case()
    tumour, cord, canal = (plan.structure(name) for name in (TUMOUR, CORD, CANAL))
    found = measured_of(parts_in(nodes, sectors=[sectors]))
    grade = propose_grade(
        [tumour], canal=canal, thecal_sac=plan.structure(SAC), cord=cord, level="T8"
    )
    assert found["grades"]["proposal"] == as_read(grade)
    own, *near = (
        split_in_case(plan, plan.structure(name), cord) for name in (VERTEBRA, UPPER, LOWER)
    )
    assert found["sins"]["measured"] == as_read(measure_vertebra(own, tumour, neighbours=near))
    bones = [plan.structure(name) for name in (UPPER, VERTEBRA, LOWER)]
    expected = measure_selection(
        tumour, cord, vertebrae=bones, canal=canal, target=plan.structure(TARGET)
    )
    assert found["selection"]["measured"] == as_read(expected)
    document = checked({"levels": ["T8"], **found})
    assert document["grades"]["proposal"] == found["grades"]["proposal"]


def test_a_transform_above_the_case_moves_places_and_no_measure(whole, nodes) -> None:
    shift = [10.0, -20.0, 30.0]
    still = measured_of(parts_in(whole[1]))
    put_under(nodes.structures, rigid(0.0, shift))
    moved = measured_of(parts_in(nodes))
    assert moved["sins"] == nearly(still["sins"])
    before, after = (found["selection"]["measured"] for found in (still, moved))
    assert after["cord_gap"]["gap_mm"] == pytest.approx(before["cord_gap"]["gap_mm"], abs=1e-6)
    there = np.add(before["cord_gap"]["tumour_ras"], shift)
    assert after["cord_gap"]["tumour_ras"] == pytest.approx(there.tolist(), abs=1e-6)
    for name in ("radiographic", "escc", "site"):
        assert moved["grades"]["proposal"][name] == still["grades"]["proposal"][name]


def nearly(found):
    numbers = {
        name: pytest.approx(value, abs=0.1)
        for name, value in found["measured"].items()
        if isinstance(value, float)
    }
    return {"measured": {**found["measured"], **numbers}}


def test_a_vertebra_that_cannot_be_split_is_open_with_the_reason(nodes) -> None:
    from spine_radiosurgery.scene.steps.structures import Segment

    edit(nodes.structures, VERTEBRA)
    edit(nodes.structures, VERTEBRA)
    edit(nodes.structures, VERTEBRA)
    measured = measured_of(parts_in(nodes))["sins"]["measured"]
    assert measured["body_involved_percent"] is None
    assert measured["collapse_reference"]
    assert Segment(nodes.structures, VERTEBRA).name == measured["vertebra"]


def test_long_work_reports_its_progress_and_never_goes_back(whole) -> None:
    _, nodes, _ = whole
    heard: list[tuple[str, float]] = []
    with listening(lambda text, fraction: heard.append((text, fraction))):
        measured_of(parts_in(nodes))
    fractions = [fraction for _, fraction in heard]
    assert fractions == sorted(fractions)
    assert f"Splitting {VERTEBRA}" in {text for text, _ in heard}


def test_long_work_can_be_cancelled(whole) -> None:
    def cancel(text: str, _fraction: float) -> None:
        if text == f"Splitting {UPPER}":
            raise Cancelled

    with pytest.raises(Cancelled), listening(cancel):
        measured_of(parts_in(whole[1]))


def test_several_tumors_are_graded_together(whole) -> None:
    _, nodes, _ = whole
    plan = assessed_case()
    both = [segment(nodes, TUMOUR), segment(nodes, TARGET)]
    found = propose(both, canal=segment(nodes, CANAL), cord=segment(nodes, CORD), level="T8")
    tumours = [plan.structure(name) for name in (TUMOUR, TARGET)]
    expected = propose_grade(
        tumours, canal=plan.structure(CANAL), cord=plan.structure(CORD), level="T8"
    )
    assert found == as_read(expected)


def test_a_split_vertebra_is_measured_by_itself(whole) -> None:
    _, _, sectors = whole
    found = vertebra(sectors)
    assert found["body_involved_percent"] is None
    assert found["vertebra"] == VERTEBRA
