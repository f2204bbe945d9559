"""Widgets behave as under PythonQt: right use works, wrong use fails as it fails in Slicer."""

from __future__ import annotations

import pytest


@pytest.fixture
def qt(host):
    import qt

    return qt


def test_a_property_is_an_attribute(qt) -> None:
    button = qt.QPushButton("Evaluate")
    assert button.text == "Evaluate"
    assert button.enabled is True
    button.enabled = False
    assert not button.isEnabled()
    button.toolTip = "Select a cord"
    assert button.toolTip == "Select a cord"


def test_calling_a_property_fails(qt) -> None:
    with pytest.raises(TypeError, match="'str' object is not callable"):
        qt.QLabel("10 Gy").text()
    with pytest.raises(TypeError, match="'bool' object is not callable"):
        qt.QCheckBox().checked()


def test_an_attribute_that_the_class_has_not_cannot_be_set(qt) -> None:
    import slicer

    with pytest.raises(AttributeError, match="'enabeld' does not exist on QPushButton"):
        qt.QPushButton().enabeld = False
    with pytest.raises(AttributeError, match="not allowed"):
        slicer.qMRMLNodeComboBox().nodeType = "vtkMRMLModelNode"


def test_a_method_or_a_signal_cannot_be_overwritten(qt) -> None:
    button = qt.QPushButton()
    with pytest.raises(AttributeError, match="overwritten"):
        button.setText = "x"
    with pytest.raises(AttributeError, match="overwritten"):
        button.clicked = "x"


def test_a_property_that_cannot_be_written_or_converted_fails(qt) -> None:
    with pytest.raises(AttributeError, match="not writable"):
        qt.QLabel().visible = qt.QLabel().height = 3
    with pytest.raises(AttributeError, match="does not accept"):
        qt.QSpinBox().value = "three"


def test_a_class_of_python_may_have_attributes(qt) -> None:
    class Page(qt.QWidget):
        pass

    page = Page()
    page.step = 3
    assert page.step == 3
    del page.step
    with pytest.raises(AttributeError, match="no attribute named 'step'"):
        del page.step


def test_a_slot_may_take_fewer_arguments(qt) -> None:
    button, heard = qt.QPushButton(), []
    button.checkable = True
    assert button.connect("toggled(bool)", lambda: heard.append("none"))
    assert button.connect("toggled(bool)", heard.append)
    button.toggled.connect(lambda state: heard.append(("new", state)))
    button.click()
    assert heard == ["none", True, ("new", True)]


def test_a_connection_ends(qt) -> None:
    class Listener:
        def __init__(self):
            self.heard = 0

        def hear(self):
            self.heard += 1

    button, listener = qt.QPushButton(), Listener()
    button.connect("clicked()", listener.hear)
    button.click()
    assert button.disconnect("clicked()", listener.hear)
    assert not button.disconnect("clicked()", listener.hear)
    button.click()
    assert listener.heard == 1


def test_a_signal_that_is_not_there_is_an_error(qt) -> None:
    with pytest.raises(ValueError, match="'pressedHard\\(\\)' does not exist on QPushButton"):
        qt.QPushButton().connect("pressedHard()", print)


def test_names_dynamic_properties_and_children_are_attributes(qt) -> None:
    top = qt.QWidget()
    label = qt.QLabel("cord", top)
    label.name = "cordLabel"
    label.setProperty("SlicerParameterName", "cord")
    assert label.objectName == "cordLabel"
    assert label.className() == "QLabel"
    assert label.SlicerParameterName == "cord"
    assert top.cordLabel is label
    with pytest.raises(AttributeError, match="no attribute named 'targetLabel'"):
        _ = top.targetLabel


def test_a_pop_up_does_not_wait_for_ever(qt, monkeypatch) -> None:
    monkeypatch.setattr("host.pythonqt.LONGEST_POPUP_MS", 50)
    dialog = qt.QDialog()
    dialog.windowTitle = "Really?"
    with pytest.raises(RuntimeError, match="'Really\\?' waited for a person"):
        dialog.exec_()


def test_settings_are_not_those_of_the_person(qt) -> None:
    settings = qt.QSettings()
    settings.setValue("SpineRadiosurgery/x", 1)
    settings.sync()
    assert "spine-radiosurgery-host-" in settings.fileName()


def test_what_a_slot_raises_is_kept(host) -> None:
    import qt

    button = qt.QPushButton()
    button.connect("clicked()", lambda: 1 / 0)
    button.click()
    assert [type(error) for error in host.take_errors()] == [ZeroDivisionError]


def test_a_ui_file_with_an_unknown_widget_names_it(host, tmp_path) -> None:
    import slicer

    path = tmp_path / "page.ui"
    path.write_text(
        '<ui version="4.0"><class>Page</class><widget class="QWidget" name="Page">'
        '<widget class="qMRMLTractographyView" name="tracts"/></widget></ui>'
    )
    with pytest.raises(RuntimeError, match="no stand-in for qMRMLTractographyView \\(tracts\\)"):
        slicer.util.loadUI(str(path))


def test_a_collapsible_button_hides_its_contents(host) -> None:
    import ctk
    import qt

    button = ctk.ctkCollapsibleButton()
    layout = qt.QVBoxLayout(button)
    label = qt.QLabel("inside")
    layout.addWidget(label)
    heard = []
    button.connect("contentsCollapsed(bool)", heard.append)
    button.show()
    button.collapsed = True
    assert not label.isVisible()
    button.collapsed = False
    assert label.isVisible()
    assert heard == [True, False]


def test_an_empty_layout_is_false(qt) -> None:
    widget = qt.QWidget()
    layout = qt.QVBoxLayout(widget)
    assert not layout
    layout.addWidget(qt.QLabel("text"))
    assert layout
