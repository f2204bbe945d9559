"""The list of a case's split vertebrae, and what their sectors measure."""

from dataclasses import dataclass

import qt
from slicer.i18n import tr as _

from .case_nodes import removeSectorsNode, sectorsNodes
from .library import step
from .target_choices import includeNode, leftOutNodes, vertebraName
from .target_words import volumeInWords

LONGEST_LIST = 4


@dataclass(frozen=True)
class SectorFacts:
    """What a split vertebra shows.

    volumes - cc by sector, exact; a sector that the vertebra lacks is not in it
    outlines - closed lines by sector, for the drawing
    warnings - why a person must look
    """

    volumes: dict
    outlines: dict
    warnings: tuple


class Measured:
    """Facts of split vertebrae, worked out once for each state of their sectors."""

    def __init__(self):
        self._known = {}

    def factsOf(self, sectorsNode):
        """Return the facts of a split vertebra."""
        remembered, ids = step("remembered"), step("structures").segment_ids(sectorsNode)
        state = tuple(remembered.remembered_segment_digest(sectorsNode, one) for one in ids)
        known = self._known.get(sectorsNode.GetID())
        if known is None or known[0] != (sectorsNode, state):
            known = (sectorsNode, state), _factsOf(sectorsNode)
            self._known[sectorsNode.GetID()] = known
        return known[1]

    def forget(self):
        """Forget all of them: another case is shown."""
        self._known.clear()


class SplitVertebrae:
    """The split vertebrae with check boxes: those that go into the target.

    :param title, listWidget: a ``QLabel`` and its ``QListWidget``.
    :param removeButton: removes the current one.
    :param logic: the module's logic.
    :param perform: as the workflow's.
    """

    def __init__(self, title, listWidget, removeButton, logic, perform):
        self.title, self.listWidget, self.removeButton = title, listWidget, removeButton
        self.logic, self.perform = logic, perform
        self.case = None
        self.nodes = []
        self._items = []
        self._shown = None
        self.isFilling = False
        self.onCurrent = None
        listWidget.connect("itemChanged(QListWidgetItem*)", self._onItemChanged)
        listWidget.connect("currentRowChanged(int)", self._onCurrentRow)
        removeButton.connect("clicked(bool)", self._onRemove)

    def show(self, case, measured):
        """Show the split vertebrae of a case.

        :param measured: ``Measured``.
        """
        self.case = case
        self.nodes = [] if case is None else sectorsNodes(case)
        out = [] if case is None else leftOutNodes(case)
        rows = [self._row(node, node not in out, measured) for node in self.nodes]
        if rows != self._shown:
            self._shown = rows
            self._fill(rows)
        for widget in (self.title, self.listWidget, self.removeButton):
            widget.setVisible(bool(rows))

    def current(self):
        """Return the vertebra to draw: the row that is current, else the first; or None."""
        row = self.listWidget.currentRow
        if 0 <= row < len(self.nodes):
            return self.nodes[row]
        return self.nodes[0] if self.nodes else None

    def _row(self, node, included, measured):
        changes = self.logic.changesSince(node)
        total = volumeInWords(sum(measured.factsOf(node).volumes.values()))
        text = _("{vertebra}, {volume}").format(vertebra=vertebraName(node), volume=total)
        if changes:
            text = _("{vertebra} (stale: split it again)").format(vertebra=vertebraName(node))
        hint = "; ".join(changes) or _("Checked vertebrae go into the target; the current one is drawn.")
        return node.GetID(), included, text, hint

    def _fill(self, rows):
        self.isFilling = True
        kept = self.listWidget.currentRow
        self._items = []
        self.listWidget.clear()
        for _nodeID, included, text, hint in rows:
            item = qt.QListWidgetItem(text)
            item.setCheckState(qt.Qt.Checked if included else qt.Qt.Unchecked)
            item.setToolTip(hint)
            self.listWidget.addItem(item)
            self._items.append(item)
        if rows:
            # One vertebra is always the one that is drawn: nothing to select.
            several = len(rows) > 1
            view = qt.QAbstractItemView
            self.listWidget.setSelectionMode(view.SingleSelection if several else view.NoSelection)
            height = self.listWidget.sizeHintForRow(0) * min(len(rows), LONGEST_LIST)
            self.listWidget.setFixedHeight(height + 2 * self.listWidget.frameWidth + 2)
            self.listWidget.setCurrentRow(min(max(kept, 0), len(rows) - 1))
        self.isFilling = False

    def _onItemChanged(self, item):
        if self.isFilling or self.case is None:
            return
        for node, own in zip(self.nodes, self._items, strict=True):
            # An item may come back from Qt as another Python object.
            isChecked = own.checkState() == qt.Qt.Checked
            if isChecked == (node in leftOutNodes(self.case)):
                includeNode(self.case, node, isChecked)

    def _onCurrentRow(self, row):
        if not self.isFilling and self.onCurrent is not None:
            self.onCurrent()

    def _onRemove(self, checked=False):
        node, case = self.current(), self.case
        if node is not None:
            self.perform(_("The sectors could not be removed."), lambda: removeSectorsNode(case, node))


def _factsOf(sectorsNode):
    from spine_radiosurgery.anatomy import axial_outlines

    try:
        sectors = step("splitting").sectors_of(sectorsNode)
    except ValueError as error:
        # Emptied, or under a transform that scales: there is nothing to measure.
        return SectorFacts({}, {}, (str(error),))
    return SectorFacts(
        {name: sectors.sector(name).volume_cc for name in sectors.present},
        axial_outlines(sectors),
        sectors.warnings,
    )
