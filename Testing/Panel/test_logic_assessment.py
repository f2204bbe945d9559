"""Assessment and follow-up by calls: the examples of the methods run, and the script repeats a record."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from test_logic_module import NAME

if TYPE_CHECKING:
    from host import Host

MODULES = (f"{NAME}Panel.logic_assessment", f"{NAME}Panel.logic_followup")


@pytest.fixture
def logic(host: Host, module_file: Path) -> Any:
    return host.load_module(module_file).SpineRadiosurgeryLogic()


@pytest.fixture
def case(logic: Any) -> Any:
    return logic.loadDemoCase()


def examples(logic: Any) -> dict[str, str]:
    """The code below "::" in the docstring of every method of the two parts of the logic."""
    methods = [getattr(logic, name) for name in dir(logic) if not name.startswith("_")]
    own = [method for method in methods if getattr(method, "__module__", "") in MODULES]
    texts = {method.__name__: inspect.getdoc(method) or "" for method in own}
    return {name: inspect.cleandoc(text.split("::\n", 1)[1]) for name, text in texts.items()}


@pytest.mark.slow
def test_the_examples_of_all_methods_run(host: Host, logic: Any, case: Any, capsys: Any) -> None:
    import slicer

    found = examples(logic)
    assert len(found) == 21
    for code in found.values():
        exec(code, {"slicer": slicer, "logic": logic, "case": case})
    assert "None" not in capsys.readouterr().out.splitlines()
    assert host.vtk_errors == []


def test_what_was_measured_is_what_is_told_as_inputs(logic: Any, case: Any) -> None:
    told = {part: (node.GetName(), ID) for part, (node, ID) in logic.assessmentInputs(case).items()}
    assert {part: ID for part, (_, ID) in told.items()} == {
        "tumor": "GTV_T8",
        "cord": "SpinalCord",
        "canal": "SpinalCanal",
        "thecal sac": "ThecalSac",
        "target": "CTV_T8",
        "vertebra T7": "Vertebra_T07",
        "vertebra T8": "Vertebra_T08",
        "vertebra T9": "Vertebra_T09",
    }
    recordNode = logic.recordAssessment({}, inputs=logic.assessmentInputs(case))
    assert logic.changesSince(recordNode) == ()
    case.structuresNode.GetSegmentation().RemoveSegment("ThecalSac")
    assert logic.changesSince(recordNode) == ("thecal sac ThecalSac was removed",)
    assert "thecal sac" not in logic.assessmentInputs(case)


def test_a_case_without_anything_has_nothing_to_measure(logic: Any) -> None:
    case = logic.createCase()
    assert logic.assessmentInputs(case) == {}
    assert logic.proposeLevels(case) == ""
    measured = logic.measureAssessment(case)
    assert measured["prescription"] == {"dose_gy": None, "fractions": None, "previous_radiation": "unknown"}
    assert measured["selection"]["measured"]["cord_gap"]["gap_mm"] is None
    assert set(measured) == {"prescription", "selection"}


def test_the_script_repeats_the_record(logic: Any, case: Any) -> None:
    import slicer

    record = {"levels": ["T8"], "grades": {"radiographic": "II"}, "sins": {"pain": "mechanical"}}
    record = logic.addVolume(record, 0, 2.0)
    record = logic.addFailure(record, 240, pattern="marginal", places=["epidural"])
    case.assessmentNode = logic.recordAssessment(record, inputs=logic.assessmentInputs(case))
    script = logic.pythonScript(case)
    assert re.search(r"'tumor': \(case.structuresNode, 'GTV_T8'\)", script)
    names: dict[str, Any] = {"slicer": slicer}
    exec(script, names)
    assert names["recordNode"] is not case.assessmentNode
    assert logic.assessment(names["recordNode"]) == logic.assessment(case.assessmentNode)


def test_what_cannot_be_is_told_in_a_sentence(logic: Any, case: Any) -> None:
    structures = case.structuresNode
    with pytest.raises(ValueError, match="Segment GTV_T9 is not in"):
        logic.proposeGrade(structures, "GTV_T9")
    with pytest.raises(ValueError, match="does not hold the sectors of a vertebra"):
        logic.measureVertebra(structures)
    with pytest.raises(ValueError, match="keeps no assessment"):
        logic.assessment(structures)
    with pytest.raises(ValueError, match="Tumor volume"):
        logic.addVolume({}, 0, -1.0)
    with pytest.raises(ValueError, match="pian_score is no field"):
        logic.addVisit({}, 0, pian_score=3)
