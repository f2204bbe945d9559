"""The part of the report page that opens other reports: to compare, or to render again."""

from pathlib import Path

import qt
import slicer
from slicer.i18n import tr as _


class OtherReports:
    """Compare this case's report with another one; make the page of an old one again.

    :param page: the ``ReportPage``.
    """

    def __init__(self, page):
        self.page, self.ui = page, page.ui
        self.ui.reportCompareButton.connect("clicked(bool)", self._onCompare)
        self.ui.reportRenderButton.connect("clicked(bool)", self._onRender)

    def refresh(self):
        """Show whether there is a report to compare."""
        obstacle = "" if self._ownReport() else _("Write the report first.")
        self.ui.reportCompareButton.enabled = not obstacle
        self.ui.reportCompareButton.toolTip = obstacle or _(
            "Show this report beside that of another plan of the same patient"
        )
        self.ui.reportRenderButton.enabled = self.page.case is not None

    def _ownReport(self):
        """Return the ``report.json`` beside the page that was written of this case; "" without one."""
        case = self.page.case
        page = self.page.logic.reportOf(case.constraintsTable) if case is not None else ""
        report = Path(page).with_suffix(".json") if page else None
        return str(report) if report is not None and report.is_file() else ""

    def _onCompare(self, checked=False):
        own, other = self._ownReport(), self._askForReport(_("The other report"))
        path = self._askForPage(_("Page of the comparison"), own, "comparison.html") if other else ""
        if path:
            failure = _("The reports could not be compared.")
            self._make(failure, lambda: self.page.logic.compareReports(own, other, path, **self._how()))

    def _onRender(self, checked=False):
        old = self._askForReport(_("Report to render again"))
        path = self._askForPage(_("Page of the report"), old, "report-again.html") if old else ""
        if path:
            failure = _("The report could not be rendered.")
            self._make(failure, lambda: self.page.logic.renderReport(old, path, **self._how()))

    def _how(self):
        case = self.page.case
        return {"language": case.reportLanguage, "dateFormat": case.reportDateFormat, "paper": case.reportPaper}

    def _make(self, failure, make):
        self.page.workflow.perform(failure, lambda: self._show(make()))

    def _show(self, page):
        self.page.workflow.say(_("Written: {path}").format(path=page))
        if self.page.case.reportPdf:
            self.page.printPage(page)
        openFile(page)

    def _askForReport(self, title):
        folder = self.page.case.reportFolder or self.page.lastFolder()
        return qt.QFileDialog.getOpenFileName(slicer.util.mainWindow(), title, folder, _("Report (report.json *.json)"))

    def _askForPage(self, title, beside, name):
        suggested = str(Path(beside).with_name(name))
        return qt.QFileDialog.getSaveFileName(slicer.util.mainWindow(), title, suggested, _("Web page (*.html)"))


def openFile(path):
    """Open a file with the program that the computer has for it."""
    qt.QDesktopServices.openUrl(qt.QUrl.fromLocalFile(path))
