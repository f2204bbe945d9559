"""The one page of the example."""

from __future__ import annotations

from typing import Any

import qt
from slicer.i18n import tr as _


class Page:
    """Says why its button is disabled."""

    def __init__(self, ui: Any) -> None:
        self.ui = ui

    def update(self, parameters: Any) -> None:
        ready = parameters is not None and parameters.imageNode is not None
        self.ui.countButton.enabled = ready
        self.ui.countButton.toolTip = (
            _("Count the voxels above the limit") if ready else _("Select an image")
        )

    def showResult(self, count: int) -> None:
        self.ui.resultTable.rowCount = 1
        self.ui.resultTable.setItem(0, 0, qt.QTableWidgetItem(_("Voxels above the limit")))
        self.ui.resultTable.setItem(0, 1, qt.QTableWidgetItem(str(count)))
