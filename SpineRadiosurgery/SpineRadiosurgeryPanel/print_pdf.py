"""A page as PDF by the web engine that 3D Slicer ships: the same HTML, printed as a browser prints it."""

import shutil
import tempfile
from pathlib import Path

import qt
import slicer
from slicer.i18n import tr as _

LONGEST_MS = 60_000
MARGINS_MM = (15, 14, 15, 16)
"""Left, top, right and bottom, as in print.css: this engine takes margins from its caller only."""


class NotPrintedError(ValueError):
    """A page is there, but not as PDF; the message is one sentence or two for the user."""


def whyNoPdf():
    """Say why this Slicer cannot print a page; "" when it can."""
    if hasattr(slicer, "qSlicerWebWidget"):
        return ""
    return _("This Slicer was built without a web engine.")


def printPdf(page, pdf, paper="a4"):
    """Print a page that is on the disk; a file that is there is replaced only by a whole one.

    :param page: path of the HTML file.
    :param pdf: path of the new file.
    :param paper: "a4" or "letter", as the page was made for.
    :raises NotPrintedError: says that the page itself is there, and another way.
    """
    reason = whyNoPdf()
    if not reason:
        with tempfile.TemporaryDirectory() as scratch:
            printed = Path(scratch) / "page.pdf"
            reason = _Printing(Path(page), printed, paper).run()
            if not reason and not _isPdf(printed):
                reason = _("The web engine wrote no PDF.")
            if not reason:
                reason = _placed(printed, Path(pdf))
    if reason:
        sentence = _("{page} is written, but not as PDF: {reason} Open it in the web browser and print it there.")
        raise NotPrintedError(sentence.format(page=Path(page).name, reason=reason))


class _Printing:
    """One page on its way through the web engine, which answers by signals."""

    def __init__(self, page, pdf, paper):
        self.page, self.pdf, self.paper = page, pdf, paper
        self.reason = _("The web engine took more than {seconds} s.").format(seconds=LONGEST_MS // 1000)
        # Slicer's own widget: the engine's classes are not to be had in Python.
        self.view = slicer.qSlicerWebWidget()
        self.loop = qt.QEventLoop()
        self.timer = qt.QTimer(self.loop)

    def run(self):
        """Print, and wait for it; return why there is no PDF, "" when there is one."""
        self.view.connect("loadFinished(bool)", self._onLoaded)
        self.view.connect("pdfPrintingFinished(QString,bool)", self._onPrinted)
        self.timer.setSingleShot(True)
        self.timer.connect("timeout()", self.loop.quit)
        self.timer.start(LONGEST_MS)
        self.view.setUrl(self.page.resolve().as_uri())
        self.loop.exec_(qt.QEventLoop.ExcludeUserInputEvents)
        self.timer.stop()
        # The connections would keep this object alive as long as the view.
        self.view.disconnect("loadFinished(bool)", self._onLoaded)
        self.view.disconnect("pdfPrintingFinished(QString,bool)", self._onPrinted)
        self.view.deleteLater()
        return self.reason

    def _onLoaded(self, isLoaded):
        if not isLoaded:
            self._end(_("The web engine could not open the page."))
            return
        size = qt.QPageSize(qt.QPageSize.Letter if self.paper == "letter" else qt.QPageSize.A4)
        margins = qt.QMarginsF(*MARGINS_MM)
        layout = qt.QPageLayout(size, qt.QPageLayout.Portrait, margins, qt.QPageLayout.Millimeter)
        self.view.printToPdf(str(self.pdf), layout)

    def _onPrinted(self, path, isPrinted):
        self._end("" if isPrinted else _("The web engine could not print."))

    def _end(self, reason):
        self.reason = reason
        self.loop.quit()


def _placed(printed, pdf):
    """Put a whole PDF in its place; return why not, "" when it is there."""
    from spine_radiosurgery.geometry import whole_file

    try:
        with whole_file(pdf) as unfinished:
            shutil.copyfile(printed, unfinished)
    except OSError as error:
        return _("{pdf} cannot be written ({error}).").format(pdf=pdf.name, error=error.strerror or error)
    return ""


def _isPdf(path):
    return path.is_file() and path.read_bytes()[:5] == b"%PDF-"
