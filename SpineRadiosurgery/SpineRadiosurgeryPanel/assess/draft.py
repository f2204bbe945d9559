"""The record of a patient while it is being edited."""

import copy
import json

from slicer.i18n import tr as _

from ..tolerance_choices import prescriptionOf

NEEDED = {
    ("follow_up", "visits"): ("day",),
    ("follow_up", "volumes"): ("day", "volume_cc"),
    ("follow_up", "failures"): ("day",),
    ("follow_up", "complications"): ("kind", "day"),
}
"""Lists of the record, and what makes an entry of each complete."""
OPEN = (None, "", "unknown", [], {})
"""Values that stand for what is not known."""


class Checked:
    """What the library makes of a draft.

    document - the full record with ``derived``; empty where there is a problem
    problem - why the draft is no record; "" where it is one
    """

    def __init__(self, document, problem=""):
        self.document, self.problem = document, problem

    @property
    def derived(self):
        """What follows from the record; None where the draft is none."""
        return self.document.get("derived")


class Draft:
    """A record as JSON in the field ``assessmentDraft`` of a case; what is open is left out.

    The levels stand in it as they were typed, and entries of lists may be incomplete: ``record``
    returns what the library can read.

    :param logic: the module's logic, which checks the record.
    """

    def __init__(self, logic):
        self.logic = logic
        self.case = None
        self._text, self._document = "", {}
        self._checkedFor, self._checked = None, Checked({})

    def connectCase(self, case):
        """Follow another case; None for none."""
        self.case = case

    @property
    def document(self):
        """The draft as it is now; not to be changed."""
        text = self.case.assessmentDraft if self.case is not None else ""
        if text != self._text:
            self._text, self._document = text, _read(text)
        return self._document

    def value(self, path, default=None):
        """Return what stands at a place, a tuple of names and numbers."""
        found = self.document
        for key in path:
            if isinstance(found, dict):
                found = found.get(key)
            elif isinstance(found, list) and isinstance(key, int) and key < len(found):
                found = found[key]
            else:
                return default
        return default if found is None else found

    def rows(self, path):
        """Return the entries of a list; none where there is no such list."""
        found = self.value(path)
        return found if isinstance(found, list) else []

    def put(self, path, value):
        """Write a value at a place; what is open is taken out."""
        self.update({path: value})

    def update(self, values):
        """Write several values at once.

        :param values: value by place.
        """
        if self.case is None:
            return
        document = copy.deepcopy(self.document)
        for path, value in values.items():
            _put(document, path, value)
        self.write(document)

    def add(self, path, row):
        """Add an entry to a list."""
        self.put(path, [*self.rows(path), row])

    def remove(self, path, number):
        """Take an entry out of a list."""
        self.put(path, [row for position, row in enumerate(self.rows(path)) if position != number])

    def write(self, document):
        """Put a whole document in the place of the draft."""
        self.case.assessmentDraft = json.dumps(document, sort_keys=True) if document else ""

    # What the library reads

    def levels(self):
        """Return the levels.

        :raises ValueError: the line is no list of levels.
        """
        from spine_radiosurgery.assessment import levels_from_text

        return levels_from_text(self.levelsText())

    def levelsText(self):
        """Return the line of levels as it was typed."""
        found = self.value(("levels",), "")
        return found if isinstance(found, str) else ", ".join(found)

    def index(self):
        """Return the level that is graded; "" where it is open, or the levels cannot be read."""
        try:
            levels = self.levels()
        except ValueError:
            return ""
        chosen = self.value(("index_level",), "")
        return chosen if chosen in levels else levels[0] if len(levels) == 1 else ""

    def record(self):
        """Return the draft as a record: complete entries, with the prescription of the case.

        :raises ValueError: the line of levels cannot be read.
        """
        document = copy.deepcopy(self.document)
        levels = self.levels()
        document["levels"] = list(levels)
        if document.get("index_level") not in levels:
            document.pop("index_level", None)
        for path in NEEDED:
            rows = [row for row in self.rows(path) if not _missing(path, row)]
            _put(document, path, rows)
        doseGy, fractions = prescriptionOf(self.case)
        for key, value in (
            ("dose_gy", doseGy),
            ("fractions", fractions),
            ("previous_radiation", self.case.previousRadiation),
        ):
            if value and value not in OPEN:
                _put(document, ("prescription", key), value)
        return document

    def isBlank(self):
        """Whether nothing but levels and study code was entered."""
        about = ("levels", "index_level", "patient")
        return not any(_tells(value) for key, value in self.document.items() if key not in about)

    def incomplete(self):
        """Return path, number and missing key of the first incomplete entry of a list; None for none."""
        for path in NEEDED:
            for number, row in enumerate(self.rows(path)):
                missing = _missing(path, row)
                if missing:
                    return path, number, missing
        return None

    def check(self):
        """Return what the library makes of the draft; made anew only where it has changed."""
        if self.case is None:
            return Checked({}, _("There is no case."))
        try:
            record = self.record()
        except ValueError as error:
            return Checked({}, str(error))
        key = json.dumps(record, sort_keys=True)
        if key != self._checkedFor:
            self._checkedFor, self._checked = key, self._checkAnew(record)
        return self._checked

    def _checkAnew(self, record):
        try:
            return Checked(self.logic.checkedAssessment(record))
        except ValueError as error:
            return Checked({}, str(error))


def _read(text):
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _put(document, path, value):
    holder = document
    for key in path[:-1]:
        holder = holder.setdefault(key, {}) if isinstance(holder, dict) else holder[key]
    if value not in OPEN:
        holder[path[-1]] = value
    else:
        holder.pop(path[-1], None)


def _tells(value):
    if isinstance(value, dict):
        return any(_tells(one) for one in value.values())
    return value not in OPEN


def _missing(path, row):
    return next((key for key in NEEDED[path] if row.get(key) in OPEN), "")
