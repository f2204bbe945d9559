"""What slicer.util asks the application for works without a main window and without a person."""

from __future__ import annotations

import logging

import pytest


def test_functions_wait_for_the_end_of_the_start(host) -> None:
    import slicer

    heard = []
    assert slicer.app.connect("startupCompleted()", lambda: heard.append("registered"))
    slicer.app.startupCompleted.emit()
    assert heard == ["registered"]


def test_there_is_no_main_window_and_no_layout_manager(host) -> None:
    import slicer

    assert slicer.util.mainWindow() is None
    assert slicer.app.layoutManager() is None
    assert slicer.util.showStatusMessage("Evaluating") is False


def test_questions_and_messages_are_only_logged(host, caplog) -> None:
    import slicer

    with caplog.at_level(logging.INFO):
        # Slicer's own function compares its True with the number of the button, and so says no.
        assert not slicer.util.confirmOkCancelDisplay("Replace the target?")
        assert not slicer.util.confirmYesNoDisplay("Go on?")
        slicer.util.infoDisplay("Report written")
        slicer.util.errorDisplay("No cord")
    for text in ("Replace the target?", "Go on?", "Report written", "No cord"):
        assert text in caplog.text


def test_an_error_leaves_the_error_display_again(host) -> None:
    import slicer

    with (
        pytest.raises(ValueError, match="no cord"),
        slicer.util.tryWithErrorDisplay("Failed.", waitCursor=True),
    ):
        raise ValueError("no cord")
    assert slicer.app.overrideCursor() is None


def test_progress_can_be_shown_and_cancelled(host) -> None:
    import slicer

    dialog = slicer.util.createProgressDialog(labelText="Evaluating", maximum=6, autoClose=False)
    dialog.value = 2
    assert dialog.labelText == "Evaluating"
    dialog.cancel()
    assert dialog.wasCanceled is True
    dialog.close()


def test_cursor_and_rendering_can_be_held(host) -> None:
    import slicer

    with slicer.util.WaitCursor(), slicer.util.RenderBlocker():
        assert slicer.app.overrideCursor() is not None
    assert slicer.app.overrideCursor() is None


def test_settings_have_what_is_asked_for(host) -> None:
    import slicer

    assert slicer.util.settingsValue("Developer/DeveloperMode", False) is False
    slicer.app.userSettings().setValue("SpineRadiosurgery/folder", "here")
    assert slicer.util.settingsValue("SpineRadiosurgery/folder", "") == "here"
