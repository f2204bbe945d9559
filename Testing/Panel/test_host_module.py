"""A scripted module is loaded, clicked through, photographed and reloaded, and survives."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from test_host_mrml import add_segmentation, add_volume


def test_the_module_says_what_it_is(host, example_file) -> None:
    import slicer

    host.load_module(example_file)
    module = slicer.modules.hostexample
    assert module.title == "Host Example"
    assert Path(module.path) == example_file
    assert slicer.util.modulePath("HostExample") == str(example_file)
    assert slicer.modules.HostExampleInstance.moduleName == "HostExample"
    with pytest.raises(AttributeError):
        module.categorys = ["Testing"]


def test_the_logic_works_without_a_panel(host, example_file) -> None:
    module = host.load_module(example_file)
    assert module.HostExampleLogic().countVoxels(add_volume(), 20.0) == 3


def test_the_panel_is_made_once_and_found_by_slicer(example, host) -> None:
    import slicer

    assert slicer.util.getModuleWidget("HostExample") is example
    assert slicer.util.getModuleLogic("HostExample") is example.logic
    assert slicer.modules.HostExampleWidget is example
    assert host.widget("HostExample") is example
    assert example.parent.isEntered


def test_widgets_show_the_parameters(example) -> None:
    ui = example.ui
    assert ui.limitSlider.value == 50.0
    assert (ui.limitSlider.minimum, ui.limitSlider.maximum) == (0.0, 100.0)
    assert ui.nameEdit.text == "case"
    assert ui.sideBox.currentText == "Above"
    assert ui.folderEdit.currentPath == "reports"
    assert ui.imageSelector.currentNode() is None


def test_parameters_follow_the_widgets(example) -> None:
    image = add_volume()
    ui, parameters = example.ui, example._parameterNode
    ui.imageSelector.setCurrentNode(image)
    ui.limitSlider.value = 12.5
    ui.fractionsBox.value = 3
    ui.enabledBox.click()
    ui.nameEdit.text = "T8"
    ui.sideBox.currentIndex = 1
    ui.folderEdit.currentPath = "here"
    assert parameters.imageNode is image
    assert (parameters.limit, parameters.fractions, parameters.enabled) == (12.5, 3, False)
    assert (parameters.caseName, parameters.side.name) == ("T8", "BELOW")
    assert parameters.folder == Path("here")


def test_widgets_follow_the_parameters(example) -> None:
    parameters, image = example._parameterNode, add_volume()
    parameters.imageNode = image
    parameters.limit = 7.0
    assert example.ui.imageSelector.currentNode() is image
    assert example.ui.limitSlider.value == 7.0


def test_connections_of_the_ui_file_are_made(example) -> None:
    assert example.ui.limitSlider.enabled
    example.ui.enabledBox.click()
    assert not example.ui.limitSlider.enabled
    segmentation = add_segmentation()
    example.ui.segmentSelector.setCurrentNode(segmentation)
    assert example.ui.segmentsTable.segmentationNode() is segmentation


def test_a_forgotten_connection_leaves_a_selector_empty(host, example_file, tmp_path) -> None:
    import slicer

    text = (example_file.parent / "Resources/UI/HostExample.ui").read_text()
    path = tmp_path / "page.ui"
    path.write_text(text.replace("<receiver>imageSelector<", "<receiver>otherSelector<"))
    add_volume()
    top = slicer.util.loadUI(str(path))
    top.setMRMLScene(slicer.mrmlScene)
    assert top.findChild(slicer.qMRMLNodeComboBox, "imageSelector").mrmlScene() is None


def test_the_button_says_why_it_is_disabled(example, host) -> None:
    button = example.ui.countButton
    assert not button.enabled
    assert button.toolTip == "Select an image"
    with pytest.raises(AssertionError, match="disabled \\(Select an image\\)"):
        host.click(button)
    example.ui.imageSelector.setCurrentNode(add_volume())
    assert button.enabled


def test_a_click_computes_and_shows(example, host) -> None:
    example.ui.imageSelector.setCurrentNode(add_volume())
    example.ui.limitSlider.value = 20.0
    host.click(example.ui.countButton)
    assert example._parameterNode.count == 3
    assert example.ui.resultTable.item(0, 1).text() == "3"


def test_an_error_of_the_logic_is_heard_and_the_cursor_comes_back(example, host) -> None:
    import slicer

    example.ui.countButton.enabled = True
    host.click(example.ui.countButton)
    assert [str(error) for error in host.take_errors()] == ["There is no image to count in."]
    assert slicer.app.overrideCursor() is None


def test_a_node_deleted_under_the_panel(example, host) -> None:
    image = add_volume()
    example.ui.imageSelector.setCurrentNode(image)
    host.scene.RemoveNode(image)
    assert example.ui.imageSelector.currentNode() is None
    assert example._parameterNode.imageNode is None
    assert not example.ui.countButton.enabled


def test_closing_the_scene_gives_a_new_parameter_node(example, host) -> None:
    first = example._parameterNode.parameterNode
    example.ui.limitSlider.value = 9.0
    host.close_scene()
    assert example._parameterNode.parameterNode is not first
    assert example.ui.limitSlider.value == 50.0
    assert host.scene.GetNumberOfNodesByClass("vtkMRMLScriptedModuleNode") == 1


def test_closing_the_scene_in_another_module_makes_nothing(example, host) -> None:
    host.leave("HostExample")
    host.close_scene()
    assert host.scene.GetNumberOfNodesByClass("vtkMRMLScriptedModuleNode") == 0


def test_a_case_comes_back_from_a_bundle(example, host, tmp_path) -> None:
    example.ui.imageSelector.setCurrentNode(add_volume("planning"))
    example.ui.limitSlider.value = 20.0
    example.ui.nameEdit.text = "L1 body"
    host.save_scene(tmp_path / "case.mrb")
    host.close_scene()
    host.load_scene(tmp_path / "case.mrb")
    assert example.ui.nameEdit.text == "L1 body"
    assert example.ui.imageSelector.currentNode().GetName() == "planning"
    host.click(example.ui.countButton)
    assert example._parameterNode.count == 3


def test_two_cases_do_not_mix(example) -> None:
    first = example._parameterNode
    example.ui.limitSlider.value = 10.0
    example.ui.caseSelector.addNode()
    second = example._parameterNode
    assert second.parameterNode is not first.parameterNode
    example.ui.limitSlider.value = 30.0
    assert (first.limit, second.limit) == (10.0, 30.0)
    example.ui.caseSelector.setCurrentNode(first.parameterNode)
    assert example.ui.limitSlider.value == 10.0
    second.limit = 40.0
    assert example.ui.limitSlider.value == 10.0


def test_reloading_keeps_the_parameters_and_takes_the_pages_anew(example, host) -> None:
    import slicer

    example.ui.limitSlider.value = 11.0
    page = sys.modules["HostExamplePanel.page"]
    again = host.reload("HostExample")
    assert again is not example
    assert type(again) is not type(example)
    assert sys.modules["HostExamplePanel.page"] is not page
    assert slicer.modules.HostExampleWidget is again
    assert again.ui.limitSlider.value == 11.0
    again._parameterNode.limit = 13.0
    assert again.ui.limitSlider.value == 13.0
    assert example.ui.limitSlider.value == 11.0


def test_the_self_test_of_the_module_runs(example) -> None:
    import slicer

    example.onReloadAndTest()
    assert slicer.hostExampleTestRan
    del slicer.hostExampleTestRan


def test_texts_go_through_the_translator(host, example_file) -> None:
    import slicer

    seen = []
    host.translate_with(lambda context, text: seen.append((context, text)) or text.upper())
    host.load_module(example_file)
    widget = host.widget("HostExample")
    assert slicer.modules.hostexample.title == "HOST EXAMPLE"
    assert widget.ui.countButton.toolTip == "SELECT AN IMAGE"
    assert ("HostExample", "Host Example") in seen
    assert ("HostExamplePanel.page", "Select an image") in seen


def test_a_translation_that_loses_a_placeholder_is_not_taken(host) -> None:
    from slicer.i18n import tr

    host.translate_with(lambda context, text: "nothing")
    assert tr("{count} voxels") == "{count} voxels"


def test_a_screenshot_shows_the_panel(example, host, tmp_path) -> None:
    import qt

    example.ui.imageSelector.setCurrentNode(add_volume())
    picture = qt.QImage(str(host.screenshot(example, tmp_path / "docs" / "panel.png")))
    assert picture.width() == 420
    assert picture.height() > 400
    colours = {picture.pixel(x, y) for x in range(0, 420, 7) for y in range(0, 400, 7)}
    assert len(colours) > 10


def test_fits_a_narrow_panel(example) -> None:
    assert example.parent.minimumSizeHint().width() <= 420
