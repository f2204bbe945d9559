"""Stand-in for qSlicerWebWidget, which shows pages by Qt's web engine; PySide6-Essentials has none.

It loads and prints at another time, as the engine does, with Qt's rich text in the engine's place:
the PDF is a real one and has the page's texts, but not its look.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from PySide6 import QtCore, QtGui, QtWidgets


class qSlicerWebWidget(QtWidgets.QWidget):
    CPP_SIGNALS: ClassVar[dict[str, str]] = {
        "loadFinished(bool)": "loadFinished",
        "pdfPrintingFinished(QString,bool)": "pdfPrintingFinished",
    }
    loadFinished = QtCore.Signal(bool)
    pdfPrintingFinished = QtCore.Signal(str, bool)

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._document = QtGui.QTextDocument(self)

    def setUrl(self, url: str) -> None:
        """Load a local file; tells by `loadFinished`."""
        self._later(lambda: self._load(Path(QtCore.QUrl(url).toLocalFile())))

    def printToPdf(self, path: str, layout: QtGui.QPageLayout | None = None) -> None:
        """Print what is loaded; tells by `pdfPrintingFinished`."""
        self._later(lambda: self._print(path, layout))

    def _later(self, work: Any) -> None:
        timer = QtCore.QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(work)
        timer.start(0)

    def _load(self, file: Path) -> None:
        is_there = file.is_file()
        if is_there:
            self._document.setHtml(file.read_text(encoding="utf-8"))
        self.loadFinished.emit(is_there)

    def _print(self, path: str, layout: QtGui.QPageLayout | None) -> None:
        writer = QtGui.QPdfWriter(path)
        if layout is not None:
            writer.setPageLayout(layout)
        self._document.print_(writer)
        del writer
        self.pdfPrintingFinished.emit(path, Path(path).is_file())
