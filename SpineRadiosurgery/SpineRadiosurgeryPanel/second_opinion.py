"""The part of the tolerance page that asks SlicerRT for a second opinion."""

from slicer.i18n import tr as _

from .library import step
from .second_opinion_table import SecondOpinionTable


class SecondOpinionBox:
    """Button, table and warnings of the comparison with SlicerRT.

    :param page: the ``TolerancePage``.
    """

    def __init__(self, page):
        self.page, self.ui = page, page.ui
        self.table = SecondOpinionTable(self.ui.toleranceSecondTable)
        self._shown = None
        self.ui.toleranceSecondButton.connect("clicked(bool)", self._onCompare)
        self.ui.toleranceSecondIsodoseButton.connect("clicked(bool)", self._onIsodoses)
        self._show([])

    def refresh(self, tableNode):
        """Show what was kept with the evaluation; None for none."""
        kept = None if tableNode is None else step("opinions").opinions_table_of(tableNode)
        shown = None if kept is None else (kept.GetID(), kept.GetMTime())
        if shown != self._shown:
            self._shown = shown
            self._show([] if kept is None else step("opinions").kept_opinions(tableNode))
        reason = _obstacle(tableNode)
        self.ui.toleranceSecondButton.enabled = not reason
        self.ui.toleranceSecondButton.toolTip = reason or _(
            "Compute metrics of cord, cord volume and target with SlicerRT, too"
        )
        self.ui.toleranceSecondIsodoseButton.enabled = not reason
        self.ui.toleranceSecondIsodoseButton.toolTip = reason or _(
            "Let SlicerRT's module Isodose make the surfaces: smoothed, all levels in one model"
        )
        self.ui.toleranceSecondReasonLabel.text = reason
        self.ui.toleranceSecondReasonLabel.setVisible(bool(reason))

    def _onCompare(self, checked=False):
        case, logic = self.page.case, self.page.logic
        self.page.workflow.perform(
            _("SlicerRT could not be asked."),
            lambda: logic.compareEvaluationWithSlicerRt(case.constraintsTable, case.cordVolumeNode),
        )

    def _onIsodoses(self, checked=False):
        self.page.makeIsodoses(useSlicerRt=True)

    def _show(self, rows):
        self.table.showRows(rows)
        lines = _lines(rows)
        self.ui.toleranceSecondLabel.text = "\n".join(lines)
        self.ui.toleranceSecondLabel.setVisible(bool(lines))


def _obstacle(tableNode):
    if tableNode is None:
        return _("Evaluate first.")
    from spine_radiosurgery.scene.slicerrt import why_unavailable

    return why_unavailable()


def _lines(rows):
    """Return a warning for every difference that sampling does not explain, or that there is none."""
    failures = [f"{row.structure}: {row.sentence}" for row in rows if not row.metric]
    differences = [row.sentence for row in rows if row.status == "differs"]
    agreement = _("SlicerRT and this tool agree as far as sampling allows.")
    isAgreed = any(row.agrees for row in rows) and not differences
    return [*failures, *differences, *([agreement] if isAgreed else [])]
