"""What became of the patient: visits, volumes, failures, complications, risk factors."""

import slicer
from slicer.i18n import tr as _

from .fields import ChoiceField, NumberField, answers
from .follow_up_measuring import FollowUpMeasuring
from .rows_table import CHOICE, MANY, Column, RowsTable
from .section import Section, say
from .words import complications, fractures, listed, oneOf, patterns, places, volumeKinds

VISITS, VOLUMES = ("follow_up", "visits"), ("follow_up", "volumes")
FAILURES, COMPLICATIONS = ("follow_up", "failures"), ("follow_up", "complications")
RISKS = {
    "surgery": "assessRiskSurgeryComboBox",
    "systemic_therapy": "assessRiskTherapyComboBox",
    "diabetes": "assessRiskDiabetesComboBox",
    "collagen_disease": "assessRiskCollagenComboBox",
}


class FollowUpSection(Section):
    """Entries by the day after treatment, and the course that they make up."""

    name = "FollowUp"

    def __init__(self, page):
        Section.__init__(self, page)
        ui, draft = self.ui, self.draft
        self.visits = RowsTable(ui.assessVisitsTable, ui.assessAddVisitsButton, draft, VISITS, _visitColumns())
        self.volumes = RowsTable(
            ui.assessVolumesTable, ui.assessAddVolumesButton, draft, VOLUMES, _volumeColumns(), {"kind": "epidural"}
        )
        self.failures = RowsTable(
            ui.assessFailuresTable, ui.assessAddFailuresButton, draft, FAILURES, _failureColumns()
        )
        self.complications = RowsTable(
            ui.assessComplicationsTable, ui.assessAddComplicationsButton, draft, COMPLICATIONS, _complicationColumns()
        )
        self.measuring = FollowUpMeasuring(self)
        self.links = self.measuring.links
        self.fields = [
            *(ChoiceField(getattr(ui, widget), draft, ("follow_up", "risk_factors", key), answers())
              for key, widget in RISKS.items()),
            NumberField(ui.assessLastDayLineEdit, draft, ("follow_up", "last_day")),
            ChoiceField(ui.assessDiedComboBox, draft, ("follow_up", "died"), answers()),
            self.visits, self.volumes, self.failures, self.complications,
        ]  # fmt: skip
        ui.assessPlotButton.connect("clicked(bool)", self._onPlot)

    def title(self, derived):
        """Return the section's title, with the number of visits and failures."""
        visits, failures = len(self.draft.rows(VISITS)), len(self.draft.rows(FAILURES))
        if not visits and not failures:
            return _("Follow-up")
        return _("Follow-up (visits: {visits}, failures: {failures})").format(visits=visits, failures=failures)

    def connectCase(self):
        """Another case is shown."""
        self.measuring.clear()

    def refresh(self, derived):
        """Show the entries and their course."""
        Section.refresh(self, derived)
        self.measuring.refresh()
        course = {} if derived is None else derived["follow_up"]
        say(self.ui.assessVisitsLabel, _bullets(_visitLines(course)) if self.draft.rows(VISITS) else "")
        say(self.ui.assessVolumesLabel, _bullets(one["text"] for one in course.get("volumes", ())))
        say(self.ui.assessFailuresLabel, _bullets(one["text"] for one in course.get("failures", ())))
        found = course.get("complications", ()) if self.draft.rows(COMPLICATIONS) else ()
        say(self.ui.assessComplicationsLabel, _bullets(one["text"] for one in found))
        self._showPlotButton()

    def _showPlotButton(self):
        button = self.ui.assessPlotButton
        button.setVisible(bool(self.draft.rows(VOLUMES)))
        obstacle = ""
        if self.case is None or self.case.assessmentNode is None:
            obstacle = _("Record the assessment first.")
        elif self.page.differences():
            obstacle = _("Record the assessment again first: it is the record that is plotted.")
        button.enabled = not obstacle
        button.toolTip = obstacle or _("Plot the volumes in percent of the one before treatment")

    def _onPlot(self, checked=False):
        with slicer.util.tryWithErrorDisplay(_("The volumes could not be plotted.")):
            self.logic.showVolumeResponse(self.case.assessmentNode)


def _visitColumns():
    from spine_radiosurgery.assessment import NEUROLOGICAL

    grades = [("", "–"), *((grade.code, grade.code) for grade in NEUROLOGICAL)]
    short = answers("–")
    return [
        Column("day", _("Day"), _("After treatment; negative before, 0 on its day")),
        Column("pain_score", _("Pain\n0 to 10"), _("Worst pain at the treated site, 0 to 10")),
        Column("opioid_mg", _("Opioid\nmg/day"), _("Oral morphine equivalent, mg a day")),
        Column("pain_medication_increased", _("More\ndrugs"), _("Pain medication increased since the baseline"),
               CHOICE, choices=short, width=None),
        Column("other_sites_worse", _("Others\nworse"), _("Pain at secondary sites is worse since the baseline"),
               CHOICE, choices=short, width=None),
        Column("neurological", _("Grade"), _("Neurological grade of Ryu 2015"), CHOICE, choices=grades, width=None),
        Column("ambulatory", _("Walks"), _("Whether the patient walks"), CHOICE, choices=short, width=None),
    ]  # fmt: skip


def _volumeColumns():
    return [
        Column("day", _("Day"), _("After treatment; negative before, 0 on its day")),
        Column("volume_cc", _("cc"), _("Volume; a day has one of a kind, the sum of its parts"), width=80),
        Column("kind", _("Kind"), _("Which part of the tumor"), CHOICE, choices=volumeKinds(), width=None),
    ]


def _failureColumns():
    return [
        Column("day", _("Day"), _("On which it was first seen")),
        Column("pattern", _("Pattern"), _("Your decision; what was measured stands below"), CHOICE, choices=patterns(),
               openLabel=_measuredPattern, width=None),
        Column("places", _("Place"), _("Your decision; several may hold"), MANY, choices=places(),
               openLabel=_measuredPlaces, width=None),
    ]  # fmt: skip


def _complicationColumns():
    return [
        Column("kind", _("Complication"), "", CHOICE, choices=complications(), width=None),
        Column("day", _("Day"), _("Of the onset, after treatment"), width=46),
        Column("symptomatic", _("Felt"), _("Whether there are symptoms"), CHOICE, choices=answers("–"), width=54),
        Column(
            "fracture", _("Fracture"), _("New or progressive; of a vertebra"), CHOICE, choices=fractures(), width=66
        ),
        Column("resolved_day", _("Until"), _("Day on which it was resolved; empty where it was not"), width=46),
    ]


def _measuredPattern(row):
    measured = row.get("measured")
    if not measured:
        return _("Choose...")
    names = dict(patterns())
    if measured.get("pattern"):
        return _("measured: {pattern}").format(pattern=names[measured["pattern"]])
    return _("open: {patterns}").format(patterns=oneOf(names[code] for code in measured["patterns_within_error"]))


def _measuredPlaces(row):
    found = (row.get("measured") or {}).get("places") or []
    names = dict(places())
    return _("measured: {places}").format(places=listed(names[code] for code in found)) if found else _("Choose...")


def _visitLines(course):
    if not course:
        return []
    pain, neurology = course["pain"], course["neurology"]
    lines = [response["text"] for response in pain["responses"]] if pain["visits"] else []
    return [*lines, *pain["remarks"][:1], neurology["text"]]


def _bullets(lines):
    return "\n".join(f"• {line}" for line in lines)
