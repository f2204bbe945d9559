"""Typed parameters lie in a real parameter node, and refuse what Slicer's refuse."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import pytest
from test_host_mrml import add_volume


class Mode(enum.Enum):
    AXIAL = 1
    CENTRELINE = 2


@pytest.fixture
def kind(host):
    """A wrapped class with every type of field."""
    from slicer import vtkMRMLModelNode, vtkMRMLScalarVolumeNode
    from slicer.parameterNodeWrapper import Choice, Default, WithinRange, parameterNodeWrapper

    class Parameters:
        imageNode: vtkMRMLScalarVolumeNode
        shapeNode: vtkMRMLScalarVolumeNode | vtkMRMLModelNode | None
        doseGy: Annotated[float, WithinRange(0, 100)] = 16.0
        fractions: int = 1
        enabled: bool = True
        name: str = "case"
        previous: Annotated[str, Choice(["unknown", "yes", "no"])] = "unknown"
        mode: Mode = Mode.CENTRELINE
        folder: Path = Path("reports")
        margin: Annotated[float, Default(6.0)]
        limit: float | None

    # Local classes: their names are not among the module's, where the hints would be looked up.
    for name, hint in list(Parameters.__annotations__.items()):
        Parameters.__annotations__[name] = eval(hint, globals() | locals())
    return parameterNodeWrapper(Parameters)


@pytest.fixture
def node(host):
    import slicer

    return slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScriptedModuleNode", "parameters")


def values_of(parameters):
    return {name: getattr(parameters, name) for name in parameters.allParameters}


def test_defaults_are_there_and_written(kind, node) -> None:
    assert values_of(kind(node)) == {
        "imageNode": None, "shapeNode": None, "doseGy": 16.0, "fractions": 1, "enabled": True,
        "name": "case", "previous": "unknown", "mode": Mode.CENTRELINE, "folder": Path("reports"),
        "margin": 6.0, "limit": None,
    }  # fmt: skip
    assert node.GetParameter("mode") == "CENTRELINE"
    assert node.GetParameter("enabled") == "True"
    assert node.GetParameter("limit.1") == "True"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("doseGy", 24.5), ("fractions", 3), ("enabled", False), ("name", "L1"), ("previous", "yes"),
        ("mode", Mode.AXIAL), ("folder", Path("a/b")), ("limit", 10.0), ("limit", None),
    ],
)  # fmt: skip
def test_a_value_comes_back_through_another_wrapper(kind, node, name, value) -> None:
    setattr(kind(node), name, value)
    found = getattr(kind(node), name)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("doseGy", 101, ValueError), ("doseGy", None, ValueError), ("doseGy", "16", TypeError),
        ("fractions", 1.5, TypeError), ("enabled", 1, TypeError), ("name", 3, TypeError),
        ("previous", "perhaps", ValueError), ("mode", "AXIAL", TypeError),
        ("folder", "a/b", TypeError), ("limit", "10", TypeError),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_and_the_old_one_stays(kind, node, name, value, error) -> None:
    parameters = kind(node)
    before = getattr(parameters, name)
    with pytest.raises(error):
        setattr(parameters, name, value)
    assert getattr(parameters, name) == before


def test_a_node_of_another_class_is_refused(kind, node, host) -> None:
    model = host.scene.AddNewNodeByClass("vtkMRMLModelNode")
    parameters = kind(node)
    with pytest.raises(TypeError):
        parameters.imageNode = model
    parameters.shapeNode = model
    assert parameters.shapeNode is model


def test_a_node_is_a_reference(kind, node) -> None:
    parameters, image = kind(node), add_volume()
    parameters.imageNode = image
    assert node.GetNodeReference("imageNode") is image
    parameters.imageNode = None
    assert node.GetNodeReferenceID("imageNode") is None


def test_a_deleted_node_leaves_no_reference(kind, node, host) -> None:
    parameters, image = kind(node), add_volume()
    parameters.imageNode = image
    host.scene.RemoveNode(image)
    assert node.GetNodeReference("imageNode") is None
    assert kind(node).imageNode is None


def test_everything_survives_a_scene_file(kind, node, host, tmp_path) -> None:
    parameters = kind(node)
    parameters.imageNode = add_volume("planning")
    parameters.doseGy, parameters.mode, parameters.folder = 24.0, Mode.AXIAL, Path("x y/z")
    parameters.limit, parameters.name = 12.5, 'quote " and <tag>; 10 % & more'
    expected = values_of(parameters)
    host.save_scene(tmp_path / "case.mrb")
    host.load_scene(tmp_path / "case.mrb")
    loaded = values_of(kind(host.scene.GetFirstNodeByName("parameters")))
    assert loaded.pop("imageNode").GetName() == "planning"
    expected.pop("imageNode")
    assert loaded == expected


def test_a_change_of_the_node_is_seen(kind, node) -> None:
    parameters = kind(node)
    node.SetParameter("fractions", "5")
    assert parameters.fractions == 5


def test_one_write_is_one_event(kind, node) -> None:
    import vtk

    parameters, heard = kind(node), []
    parameters.AddObserver(vtk.vtkCommand.ModifiedEvent, lambda *_: heard.append(1))
    parameters.doseGy = 20.0
    assert len(heard) == 1


def test_an_unknown_name_is_an_error(kind, node) -> None:
    with pytest.raises(ValueError, match="doseGray"):
        kind(node).getValue("doseGray")


def test_a_type_that_cannot_be_kept_is_an_error(host) -> None:
    from slicer.parameterNodeWrapper import parameterNodeWrapper

    with pytest.raises(TypeError, match=r"Field 'x' of Parameters: .*complex"):
        parameterNodeWrapper(type("Parameters", (), {"__annotations__": {"x": complex}}))


def test_a_reserved_name_is_an_error(host) -> None:
    from slicer.parameterNodeWrapper import parameterNodeWrapper

    with pytest.raises(ValueError, match="reserved name 'Modified'"):
        parameterNodeWrapper(type("Parameters", (), {"Modified": 1}))


def test_a_widget_that_cannot_show_a_type_is_an_error(kind, node) -> None:
    import qt
    import slicer

    parameters = kind(node)
    wrong = [
        ("fractions", qt.QLineEdit()), ("imageNode", slicer.qMRMLSegmentSelectorWidget()),
        ("margin", qt.QSlider()), ("name", qt.QComboBox()),
    ]  # fmt: skip
    for name, widget in wrong:
        with pytest.raises(RuntimeError):
            parameters.connectParametersToGui({name: widget})


@pytest.mark.parametrize(
    ("class_name", "attribute", "shown", "name", "value"),
    [
        ("qt.QDoubleSpinBox", "value", 20.5, "doseGy", 20.5),
        ("ctk.ctkDoubleSpinBox", "value", 20.5, "doseGy", 20.5),
        ("ctk.ctkSliderWidget", "value", 20.5, "doseGy", 20.5),
        ("slicer.qMRMLSpinBox", "value", 20.5, "doseGy", 20.5),
        ("slicer.qMRMLSliderWidget", "value", 20.5, "doseGy", 20.5),
        ("qt.QSpinBox", "value", 3, "fractions", 3),
        ("ctk.ctkDoubleSpinBox", "value", 3.0, "fractions", 3),
        ("qt.QCheckBox", "checked", False, "enabled", False),
        ("ctk.ctkCheckBox", "checked", False, "enabled", False),
        ("qt.QPushButton", "checked", False, "enabled", False),
        ("qt.QLineEdit", "text", "T8", "name", "T8"),
        ("qt.QTextEdit", "plainText", "T8", "name", "T8"),
        ("qt.QComboBox", "currentIndex", 2, "previous", "no"),
        ("ctk.ctkComboBox", "currentIndex", 0, "mode", Mode.AXIAL),
        ("ctk.ctkPathLineEdit", "currentPath", "q", "folder", Path("q")),
        ("ctk.ctkDirectoryButton", "directory", "q", "folder", Path("q")),
    ],
)
def test_widget_and_parameter_follow_one_another(kind, node, class_name, attribute, shown, name, value) -> None:
    import ctk
    import qt
    import slicer

    parameters = kind(node)
    widget = eval(f"{class_name}()", {"qt": qt, "ctk": ctk, "slicer": slicer})
    tag = parameters.connectParametersToGui({name: widget})
    before, before_shown = getattr(parameters, name), getattr(widget, attribute)
    assert before_shown != shown
    setattr(parameters, name, value)
    assert getattr(widget, attribute) == shown
    setattr(widget, attribute, before_shown)
    assert getattr(parameters, name) == before
    parameters.disconnectGui(tag)
    setattr(widget, attribute, shown)
    assert getattr(parameters, name) == before
