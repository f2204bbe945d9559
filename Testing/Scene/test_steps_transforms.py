"""Parent transforms above all inputs of the steps, or above one: results are right in the world.

What the library makes of inputs that were moved themselves is what is expected.
"""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from steps_plans import CORD, TUMOUR, VERTEBRA, case, loaded, put_under, rigid, segment

from spine_radiosurgery.case import Case, ImageVolume
from spine_radiosurgery.cord import cord_volume, prv
from spine_radiosurgery.dose import DoseGrid
from spine_radiosurgery.geometry import moved
from spine_radiosurgery.report import evaluate
from spine_radiosurgery.report.targets.asking import split_in_case
from spine_radiosurgery.scene.isodoses import create_isodose_surfaces
from spine_radiosurgery.scene.segments import structure_from_segment
from spine_radiosurgery.scene.steps.cord import create_cord_volume, create_planning_risk_volume
from spine_radiosurgery.scene.steps.evaluations import (
    add_evaluation,
    chart_of,
    hottest_point,
    results_of,
)
from spine_radiosurgery.scene.steps.splitting import sectors_of, split_segment
from spine_radiosurgery.scene.steps.structures import Segment, segment_ids, structures_of
from spine_radiosurgery.scene.steps.targets import create_target, definition_of
from spine_radiosurgery.scene.steps.tolerance import EvaluationOptions, Plan, evaluate_plan
from spine_radiosurgery.targets import define_target

QUICK = EvaluationOptions(robustness=False)
COMPARED = ("target", "cord_volumes", "metrics", "constraints", "falloff", "verdict")


def tilted(shift_mm) -> np.ndarray:
    """A turn about the superior axis, a tilt to the front and a shift."""
    cosine, sine = np.cos(np.radians(6.0)), np.sin(np.radians(6.0))
    tilt = np.eye(4)
    tilt[1:3, 1:3] = [[cosine, -sine], [sine, cosine]]
    return rigid(12.0, shift_mm) @ tilt


FAR, NEAR = tilted((60.0, -20.0, 130.0)), tilted((2.0, -3.0, 4.0))
PLACES = {
    "all": dict.fromkeys(("image", "dose", "structures"), FAR),
    "dose": {"dose": NEAR},
    "structures": {"structures": NEAR},
}


def moved_case(places) -> Case:
    plan, still = case(), np.eye(4)
    to = places.get("structures", still)
    structures = tuple(replace(moved(s, to), number=s.number) for s in plan.structures)
    dose = DoseGrid(plan.dose.values_gy, places.get("dose", still) @ plan.dose.ijk_to_ras)
    image = plan.image
    affine = places.get("image", still) @ image.ijk_to_ras
    image = ImageVolume(image.values, affine, image.modality, image.label, 2.0)
    return replace(plan, structures=structures, dose=dose, image=image)


def by_the_library(places) -> SimpleNamespace:
    plan = moved_case(places)
    cord = plan.structure(CORD)
    sectors = split_in_case(plan, plan.structure(VERTEBRA), cord)
    target = define_target(sectors, "body", gtv=[plan.structure(TUMOUR)], cord=cord)
    target = replace(target, structure=target.structure.renamed("CTV_T8_body"))
    return SimpleNamespace(
        case=plan,
        sectors=sectors,
        target=target,
        volume=cord_volume(cord, target.structure),
        prv=prv(cord, 2.0),
        report=evaluate(plan, target=target, cord=cord, robustness=None),
    )


def in_the_scene(nodes) -> SimpleNamespace:
    cord = segment(nodes, CORD)
    sectors = split_segment(segment(nodes, VERTEBRA), image_node=nodes.image)
    target = create_target(
        [sectors],
        gtv=[segment(nodes, TUMOUR)],
        cord=cord,
        image_node=nodes.image,
    )
    plan = Plan(nodes.dose, nodes.structures, (target,), cord, image=nodes.image)
    report = evaluate_plan(plan, QUICK)
    return SimpleNamespace(
        nodes=nodes,
        sectors=sectors,
        target=target,
        volume=create_cord_volume(cord, [target], image_node=nodes.image)[0],
        prv=create_planning_risk_volume(cord, 2.0, image_node=nodes.image),
        report=report,
        table=add_evaluation(plan, QUICK, report),
    )


@pytest.fixture(scope="module", params=PLACES, ids=PLACES)
def both(request, slicer_core):
    """What the steps made, what was expected, and where the inputs were put."""
    places = PLACES[request.param]
    with loaded() as (scene, nodes):
        for part, matrix in places.items():
            put_under(getattr(nodes, part), matrix)
        before = scene.GetNumberOfNodesByClass("vtkMRMLTransformNode")
        found = in_the_scene(nodes)
        assert scene.GetNumberOfNodesByClass("vtkMRMLTransformNode") == before
        yield found, by_the_library(places), places


def test_sectors_target_cord_volume_and_risk_volume(both) -> None:
    found, expected, _ = both
    split = sectors_of(found.sectors)
    for name in split.present:
        wanted = expected.sectors.sector(name)
        assert split.sector(name).volume_cc == pytest.approx(wanted.volume_cc, rel=1e-6)
    assert split.frame.axes == pytest.approx(expected.sectors.frame.axes, abs=1e-9)
    pairs = (
        (found.target.structure(), expected.target.structure),
        (Segment(found.volume, "SpinalCord_Partial").structure(), expected.volume.structure),
        (found.prv.structure(), expected.prv.structure),
    )
    for made, wanted in pairs:
        assert made.volume_cc == pytest.approx(wanted.volume_cc, rel=1e-6)
        assert made.bounds_ras() == pytest.approx(wanted.bounds_ras(), abs=1e-4)


def test_the_evaluation(both) -> None:
    found, expected, _ = both
    made, wanted = found.report.to_dict(), expected.report.to_dict()
    for part in COMPARED:
        assert rounded(made[part]) == rounded(wanted[part])
    hottest = expected.report.samples["SpinalCord_Partial"].hottest_point_ras
    assert hottest_point(found.table) == pytest.approx(hottest, abs=1e-6)


def rounded(document):
    """Numbers to nine digits: two ways to multiply matrices."""
    return json.loads(json.dumps(document), parse_float=lambda text: float(f"{float(text):.9g}"))


def test_label_maps_show_where_results_are(both) -> None:
    found, _, _ = both
    nodes = [found.sectors, found.target.node, found.volume, found.prv.node]
    for node in nodes:
        for segment_id, exact in structures_of(node).items():
            shown = structure_from_segment(node, segment_id)
            assert shown.bounds_ras() == pytest.approx(exact.bounds_ras(), abs=1.5)
            assert shown.volume_cc == pytest.approx(exact.volume_cc, rel=0.1, abs=0.05)
        assert segment_ids(node)


def test_isodoses(both) -> None:
    found, expected, _ = both
    (model,) = create_isodose_surfaces(found.nodes.dose, [12.0], prescription_gy=16.0).models
    centres = expected.case.dose.grid.to_ras(
        np.argwhere(expected.case.dose.values_gy >= 12.0)[:, ::-1]
    )
    bounds = np.array(model.GetPolyData().GetBounds()).reshape(3, 2).T
    assert bounds[0] == pytest.approx(centres.min(axis=0), abs=3.0)
    assert bounds[1] == pytest.approx(centres.max(axis=0), abs=3.0)
    assert (bounds[0] <= centres.min(axis=0)).all()
    assert model.GetParentTransformNode() is None


def test_results_are_in_the_world_and_beside_their_inputs_in_the_hierarchy(both) -> None:
    found, _, _ = both
    hierarchy = found.table.GetScene().GetSubjectHierarchyNode()

    def parent(node) -> int:
        return hierarchy.GetItemParent(hierarchy.GetItemByDataNode(node))

    results = [found.sectors, found.target.node, found.volume, found.prv.node]
    assert all(node.GetParentTransformNode() is None for node in results)
    home = parent(found.nodes.structures)
    tables = [found.table, chart_of(found.table), *results_of(found.table).values()]
    assert {parent(node) for node in (*results, *tables)} == {home} != {0}


def test_the_target_is_explained_by_its_sectors(both) -> None:
    found, expected, _ = both
    made = definition_of(found.target)
    assert made is not None
    assert made.sectors == expected.target.sectors
    assert made.cord_gap.distance_mm == pytest.approx(expected.target.cord_gap.distance_mm)


def test_an_image_alone_under_a_transform_moves_no_result(slicer_core) -> None:
    with loaded() as (_, nodes):
        put_under(nodes.image, NEAR)
        sectors = split_segment(segment(nodes, VERTEBRA), image_node=nodes.image)
        exact = structures_of(sectors)
        for segment_id, structure in exact.items():
            shown = structure_from_segment(sectors, segment_id)
            assert shown.bounds_ras() == pytest.approx(structure.bounds_ras(), abs=1.5)
    expected = by_splitting(case())
    assert all(exact[s.name].volume_cc == s.volume_cc for s in expected)


def by_splitting(plan: Case):
    sectors = split_in_case(plan, plan.structure(VERTEBRA), plan.structure(CORD))
    return [sectors.sector(name) for name in sectors.present]


def test_inputs_stay_under_their_transforms(both) -> None:
    found, _, places = both
    for part in ("image", "dose", "structures"):
        node = getattr(found.nodes, part)
        assert (node.GetParentTransformNode() is not None) == (part in places)
