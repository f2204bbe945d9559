"""Widgets that follow fields of the case and that Slicer's parameter node wrapper does not connect."""


class SegmentLink:
    """A segment selector, for a segmentation and a segment of the case.

    :param selector: a ``qMRMLSegmentSelectorWidget``.
    :param nodeField, segmentField: fields of the case.
    """

    def __init__(self, selector, nodeField, segmentField):
        self.selector = selector
        self.nodeField, self.segmentField = nodeField, segmentField
        self.case = None
        self.isFilling = False
        selector.connect("currentNodeChanged(vtkMRMLNode*)", self._onChanged)
        selector.connect("currentSegmentChanged(QString)", self._onChanged)

    def connectCase(self, case):
        """Follow another case; None for none."""
        self.case = case
        self.refresh()

    def refresh(self):
        """Show what the case says."""
        node = getattr(self.case, self.nodeField) if self.case is not None else None
        segmentID = getattr(self.case, self.segmentField) if self.case is not None else ""
        self.isFilling = True
        if self.selector.currentNode() is not node:
            self.selector.setCurrentNode(node)
        if self.selector.currentSegmentID() != segmentID:
            self.selector.setCurrentSegmentID(segmentID)
        self.isFilling = False

    def _onChanged(self, *_unused):
        if self.isFilling or self.case is None:
            return
        node, segmentID = self.selector.currentNode(), self.selector.currentSegmentID()
        if self._isChosenGone(node) or not _hasSegment(node, segmentID):
            # The selector takes another segment by itself, and keeps the ID of one that is gone:
            # that is nobody's choice.
            segmentID = ""
        modified = self.case.StartModify()
        setattr(self.case, self.nodeField, node)
        setattr(self.case, self.segmentField, segmentID)
        self.case.EndModify(modified)
        if segmentID != self.selector.currentSegmentID():
            self.refresh()

    def _isChosenGone(self, node):
        """Whether the segment that the case names was removed from the segmentation that is shown."""
        former = getattr(self.case, self.segmentField)
        if not former or node is None or getattr(self.case, self.nodeField) is not node:
            return False
        return not _hasSegment(node, former)


def _hasSegment(node, segmentID):
    return node is not None and node.GetSegmentation().GetSegment(segmentID) is not None


class ChoiceLink:
    """A combo box of a few choices for a field of the case.

    :param comboBox: a ``QComboBox``.
    :param field: field of the case, a text.
    :param choices: pairs of value and translated label.
    """

    def __init__(self, comboBox, field, choices):
        self.comboBox, self.field = comboBox, field
        self.values = [value for value, _label in choices]
        self.case = None
        self.isFilling = False
        for _value, label in choices:
            comboBox.addItem(label)
        comboBox.connect("currentIndexChanged(int)", self._onChanged)

    def connectCase(self, case):
        """Follow another case; None for none."""
        self.case = case
        self.refresh()

    def refresh(self):
        """Show what the case says; nothing is shown as chosen where it says something else."""
        value = getattr(self.case, self.field) if self.case is not None else ""
        self.isFilling = True
        self.comboBox.setCurrentIndex(self.values.index(value) if value in self.values else -1)
        self.isFilling = False

    def _onChanged(self, index):
        if not self.isFilling and self.case is not None and index >= 0:
            setattr(self.case, self.field, self.values[index])
