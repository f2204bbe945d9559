"""Vertebrae and targets in a report: what is split, made, compared, expected."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest
from sector_plan import DRAWN, LEVEL, TUMOUR, VERTEBRA, ball, sector_case, sectors, shape
from synthetic_plan import tube
from vertebra_shapes import make_shape
from vertebra_shapes_defects import laminectomy

import spine_radiosurgery as sr
from spine_radiosurgery import resources
from spine_radiosurgery.anatomy import SECTORS, split_vertebra
from spine_radiosurgery.report.inputs import resolve
from spine_radiosurgery.report.page.html import render_html
from spine_radiosurgery.report.targets.expected import expected_structures
from spine_radiosurgery.targets import Override, define_target

BACK = ("left_lamina", "right_lamina", "spinous_process")
PICTURE = {"title": "Sectors", "media_type": "image/png", "base64": "iVBORw0KGgo="}


def evaluate(case=None, **options):
    if "template" not in options:
        options.setdefault("target", DRAWN)
    options = {"cord": "SpinalCord", "robustness": None, "vertebrae": [sectors()], **options}
    return sr.evaluate(case or sector_case(), **options)


@pytest.fixture(scope="module")
def drawn():
    return evaluate(vertebrae=[VERTEBRA])


@pytest.fixture(scope="module")
def made():
    return evaluate(template="body_and_pedicles", gtv=TUMOUR, template_margin_mm=1.0)


@pytest.fixture(scope="module")
def posterior():
    return evaluate(sector_case(*BACK))


def definition(report):
    (found,) = report.to_dict()["target_definitions"]
    return found


def vertebra(report):
    (found,) = definition(report)["vertebrae"]
    return found


def sector_rows(report):
    return {row["name"]: row for row in vertebra(report)["sectors"]}


def with_structures(case, *more):
    return replace(case, structures=(*case.structures, *more))


def expected(report):
    return {row["name"]: row["found"] for row in report.to_dict()["expected_structures"]}


def page_of(report):
    return render_html({**report.to_dict(), "pictures": {f"sectors_{LEVEL}.png": PICTURE}})


def test_drawn_target_says_how_much_of_each_sector_it_covers(drawn):
    rows = sector_rows(drawn)
    assert rows["body"]["in_target_percent"] > 95
    assert all(rows[name]["in_target_percent"] < 10 for name in SECTORS if name != "body")
    assert [name for name in SECTORS if rows[name]["decided"]] == ["body"]


def test_drawn_target_has_no_template(drawn):
    found = definition(drawn)
    assert (found["origin"], found["template"], found["margin_mm"]) == ("drawn", None, None)
    assert drawn.target_definitions == ()


def test_canal_of_the_case_is_used_for_the_split(drawn):
    assert vertebra(drawn)["quality"]["canal"] == "given"


def test_cord_stands_in_for_a_canal_that_is_not_contoured():
    case = sector_case()
    case = replace(case, structures=tuple(s for s in case.structures if s.name != "SpinalCanal"))
    assert vertebra(evaluate(case, vertebrae=[VERTEBRA]))["quality"]["canal"] == "cord"


def test_sector_volumes_add_up_to_the_vertebra(drawn):
    total = sum(row["volume_cc"] for row in sector_rows(drawn).values())
    assert total == pytest.approx(vertebra(drawn)["volume_cc"], rel=1e-5)


def test_tumour_of_the_case_is_compared_with_the_sectors(drawn):
    found = vertebra(drawn)
    assert found["involvement"]["gtv"] == TUMOUR
    assert found["involvement"]["involved"] == ["body"]
    tumour_cc = sector_case().structure(TUMOUR).volume_cc
    body = sector_rows(drawn)["body"]
    assert body["gtv_percent"] == pytest.approx(100 * tumour_cc / body["volume_cc"], rel=0.05)


def test_proposal_comes_with_its_source(drawn):
    found = vertebra(drawn)["proposal"]
    assert found["sectors"] == ["body"]
    assert found["verified"] is True
    assert found["citation"]
    assert found["remark"]


def test_sector_that_a_verified_rule_proposes_and_the_target_lacks_is_a_warning():
    centre = sectors().left_pedicle.bounds_ras().mean(axis=0)
    case = sector_case()
    others = tuple(s for s in case.structures if s.name != TUMOUR)
    tumour = ball(TUMOUR, centre, 2.5, interpreted_type="GTV")
    report = evaluate(replace(case, structures=(*others, tumour)))
    found = vertebra(report)
    assert "left_pedicle" in found["left_out"]
    verified = found["proposal"]["verified"]
    assert verified is any("leaves out the left pedicle" in w for w in report.warnings)


def test_without_a_tumour_nothing_is_proposed():
    case = sector_case()
    report = evaluate(
        replace(case, structures=tuple(s for s in case.structures if s.name != TUMOUR))
    )
    assert vertebra(report)["proposal"] is None
    assert vertebra(report)["involvement"] is None
    assert "consensus" not in page_of(report).lower()


def test_template_makes_the_target(made):
    (target,) = made.targets
    found = definition(made)
    assert (found["template"], found["origin"]) == ("body_and_pedicles", "rtog-0631")
    assert found["united_with"] == [TUMOUR]
    assert set(found["removed_cc"]) == {"SpinalCord"}
    assert found["margin_mm"] == [1.0] * 6
    assert target.name == found["target"]
    body_cc = sum(sectors().sector(n).volume_cc for n in SECTORS[:3])
    assert target.volume_cc > body_cc


def test_made_target_never_takes_the_name_of_a_structure_in_the_case(made):
    names = [row["name"] for row in made.to_dict()["case"]["structures"]]
    assert names.count(made.targets[0].name) == 1
    assert DRAWN in names


def test_tumour_that_is_not_named_is_not_united_and_that_is_said():
    report = evaluate(template="body")
    assert definition(report)["united_with"] == []
    assert any(f"made without {TUMOUR}" in warning for warning in report.warnings)


def test_definition_is_evaluated_and_kept():
    made = define_target(
        sectors(),
        "body",
        gtv=sector_case().structure(TUMOUR),
        consensus="isrc-cox-recalled",
        overrides=[Override("left_pedicle", True, reason="pain there", by="planner")],
    )
    report = evaluate(target=made, vertebrae=())
    assert report.target_definitions == (made,)
    assert [target.name for target in report.targets] == [made.structure.name]
    assert report.targets[0].volume_cc == pytest.approx(made.structure.volume_cc, rel=1e-12)
    found = definition(report)
    assert found["overrides"][0]["text"] == "left pedicle added: pain there (planner)"
    assert vertebra(report)["proposal"]["rule_set"] == "isrc-cox-recalled"
    assert vertebra(report)["proposal"]["verified"] is False
    assert "not verified" in page_of(report)


def test_target_and_template_together_are_refused():
    with pytest.raises(sr.InputError, match="both named"):
        evaluate(target=DRAWN, template="body")


@pytest.mark.parametrize("vertebrae", [(), [VERTEBRA]])
def test_no_target_at_all_is_refused(vertebrae):
    with pytest.raises(sr.InputError, match="No target was named"):
        evaluate(target=None, vertebrae=vertebrae)


def test_vertebra_that_is_not_in_the_case_is_refused():
    with pytest.raises(sr.InputError, match=f"did you mean {VERTEBRA}"):
        evaluate(vertebrae=["vertebra_T8"])


def test_vertebra_named_twice_is_refused():
    with pytest.raises(sr.InputError, match="twice"):
        evaluate(vertebrae=[VERTEBRA, sectors()])


def test_target_far_from_the_vertebra_is_a_warning():
    low = tube("CTV_far", anterior=20.0, radius=8.0, low=-38.0, high=-26.0)
    report = evaluate(with_structures(sector_case(), low), target="CTV_far")
    assert any("does not reach vertebrae_T8" in warning for warning in report.warnings)


def test_missing_sectors_are_said_to_be_missing():
    operated = make_shape(LEVEL, laminectomy())
    split = split_vertebra(operated.structure(), shape().canal_structure())
    report = evaluate(vertebrae=[split])
    rows = sector_rows(report)
    assert not rows["spinous_process"]["present"]
    assert "missing: removed, cut off or not segmented" in page_of(report)


def test_structures_of_the_level_are_found_or_not_contoured(drawn):
    found = expected(drawn)
    assert found["SpinalCord"] == ["SpinalCord"]
    assert found["Esophagus"] == ["Esophagus"]
    assert found["Lungs"] == []
    text = page_of(drawn)
    assert "found as Esophagus" in text
    assert "<b>not contoured</b>" in text


def test_cauda_equina_named_as_cord_is_found_as_cauda_equina():
    case = sector_case()
    renamed = tuple(
        s.renamed("CaudaEquina") if s.name == "SpinalCord" else s for s in case.structures
    )
    lumbar = replace(sectors(), level="L4")
    report = evaluate(replace(case, structures=renamed), cord="CaudaEquina", vertebrae=[lumbar])
    assert expected(report)["CaudaEquina"] == ["CaudaEquina"]


def test_without_a_known_level_nothing_is_expected():
    unnamed = replace(sectors(), level=None)
    case = with_structures(sector_case(), sector_case().structure(DRAWN).renamed("Target"))
    report = evaluate(case, target="Target", vertebrae=[unnamed])
    assert report.expected_structures == ()


def test_nerve_roots_are_reported_without_a_limit():
    root = tube("Nerve root T8 L", anterior=-15.0, radius=2.0, low=-10.0, high=0.0)
    report = evaluate(with_structures(sector_case(), root))
    assert expected(report)["NerveRoot_T8_L"] == ["Nerve root T8 L"]
    assert expected(report)["NerveRoot_T8_R"] == []
    listed = {r.metric.name for r in report.metrics if r.structure == "Nerve root T8 L"}
    assert {"Mean[Gy]", "D0.035cc[Gy]"} <= listed
    assert not [row for row in report.constraints if row.structure == "Nerve root T8 L"]
    assert "Nerve roots, without a limit: Nerve root T8 L Mean" in page_of(report)


@pytest.mark.parametrize(
    ("roi", "sides"),
    [
        ("NerveRoot_T08_R", "R"),
        ("nerve root T8", "LR"),
        ("NerveRoots", "LR"),
        ("Nerve root T9 L", ""),
        ("Nerve root left", "L"),
    ],
)
def test_nerve_root_is_recognised_by_level_and_side(roi, sides):
    case = with_structures(sector_case(), tube(roi, anterior=-15.0, radius=2.0))
    question = resolve(
        case, target=DRAWN, cord="SpinalCord", prescription_gy=None, fractions=None,
        override_prescription=False,
    )  # fmt: skip
    found = {row.name: row.found for row in expected_structures(question, ())}
    assert {side for side in "LR" if found[f"NerveRoot_T8_{side}"]} == set(sides)


def test_skin_is_measured_for_a_posterior_target_only(drawn, posterior):
    assert drawn.skin == ()
    (found,) = posterior.skin
    target = sector_case(*BACK).structure(DRAWN)
    # The body's outline is a cylinder: radius 58 mm, axis 15 mm behind the origin.
    back_mm = -15.0 - 58.0
    assert found.distance.distance_mm == pytest.approx(target.bounds_ras()[0, 1] - back_mm, abs=1.5)
    assert [m.name for m in found.metrics] == ["D10cc[Gy]", "D0.035cc[Gy]"]
    assert found.derived
    assert "from the skin" in page_of(posterior)


def test_contoured_skin_is_taken_as_it_is():
    skin = tube("Skin", anterior=-15.0, radius=20.0)
    (found,) = evaluate(with_structures(sector_case(*BACK), skin)).skin
    assert (found.skin.name, found.derived) == ("Skin", False)


def test_skin_without_an_outline_is_not_evaluable():
    case = sector_case(*BACK)
    others = tuple(s for s in case.structures if s.name != "External")
    (found,) = evaluate(replace(case, structures=others)).skin
    assert found.distance is None
    assert "no outline of the body" in found.reason


@pytest.mark.parametrize("name", ["drawn", "made", "posterior"])
def test_document_follows_its_schema(name, request):
    schema = json.loads((resources.path("Report") / "report.schema.json").read_text("utf-8"))
    document = json.loads(json.dumps(request.getfixturevalue(name).to_dict(), allow_nan=False))
    errors = jsonschema.Draft202012Validator(schema).iter_errors(document)
    assert [error.message for error in errors] == []


def test_page_tells_proposal_and_decision(made):
    text = " ".join(page_of(made).split())
    assert "Made from T8, by the template body and pedicles (rtog-0631)" in text
    assert "with a margin of 1 mm" in text
    assert "<b>Consensus rule</b> isrc-as-published-by-brainlab" in text
    assert "beyond the proposal the target takes the left pedicle and right pedicle" in text


def test_report_without_vertebrae_has_no_definitions():
    document = evaluate(vertebrae=()).to_dict()
    assert document["target_definitions"] == []
    assert document["skin"] == []
