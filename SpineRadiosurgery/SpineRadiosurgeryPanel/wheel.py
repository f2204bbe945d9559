"""The mouse wheel scrolls the panel: it never changes a choice that the pointer happens to be over."""

import qt


class NoWheel(qt.QObject):
    """Passes the mouse wheel on, for widgets that it is installed on as an event filter.

    :param parent: what it lives as long as.
    """

    def __init__(self, parent):
        qt.QObject.__init__(self, parent)

    def eventFilter(self, watched, event):
        """Refuse wheel events, which then go to the parent of the widget."""
        if event.type() != qt.QEvent.Wheel:
            return False
        event.ignore()
        return True
