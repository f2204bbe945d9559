"""Progress and Cancel while a step is being taken."""

import time
from contextlib import contextmanager

import slicer

SECONDS_BETWEEN_EVENTS = 0.05


class Busy:
    """The progress bar of the panel; everything else of the panel is disabled while it runs.

    :param bar: a ``QProgressBar``.
    :param cancelButton: a ``QPushButton``.
    :param others: widgets that must not be used meanwhile.
    """

    def __init__(self, bar, cancelButton, others):
        self.bar, self.cancelButton, self.others = bar, cancelButton, others
        self.isRunning = False
        self.isCanceled = False
        self._lastEvents = 0.0
        cancelButton.connect("clicked(bool)", self._onCancel)
        self._show(False)

    @contextmanager
    def running(self):
        """Show progress, and stop the work at its next step forward when Cancel was pressed.

        :raises spine_radiosurgery.geometry.progress.Cancelled: out of the work.
        """
        from spine_radiosurgery.geometry import progress

        self.isCanceled, self._lastEvents = False, 0.0
        self._show(True)
        try:
            with progress.listening(self._onProgress):
                yield
        finally:
            self._show(False)

    def _show(self, shown):
        self.isRunning = shown
        self.bar.setVisible(shown)
        self.cancelButton.setVisible(shown)
        for widget in self.others:
            widget.enabled = not shown
        if shown:
            self.bar.value = 0
            self.bar.setFormat("")

    def _onProgress(self, text, fraction=None):
        now = time.monotonic()
        if now - self._lastEvents >= SECONDS_BETWEEN_EVENTS:
            if fraction is not None:
                self.bar.value = round(100 * fraction)
            self.bar.setFormat(text)
            slicer.app.processEvents()
            self._lastEvents = time.monotonic()
        if self.isCanceled:
            from spine_radiosurgery.geometry import progress

            raise progress.Cancelled

    def _onCancel(self, checked=False):
        self.isCanceled = True
