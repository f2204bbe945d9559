"""A protocol as it is being edited: it may be wrong for a while, and says what is."""

import re
from datetime import date

from slicer.i18n import tr as _

HEAD = ("title", "identifier", "version", "date", "center", "verdict_rule", "citation", "note")
_ALWAYS = ("fractions", "structure", "role", "metric", "comparator", "limit", "unit", "citation", "verified")


class DraftRow:
    """A row with what was changed in it.

    :param source: all fields of a ``Constraint``, as they were opened; a new row begins with its own.
    """

    def __init__(self, source, changes=None, isNew=False):
        self.source, self.changes, self.isNew = dict(source), dict(changes or {}), isNew

    def values(self):
        """Return all fields as they are now; a changed limit does not claim its source."""
        from spine_radiosurgery.tolerance import changed_row

        others = {key: value for key, value in self.changes.items() if key != "verified"}
        found = changed_row(self.source, others)
        if "verified" in self.changes:
            found["verified"] = self.changes["verified"] and not isInstitutional(found)
        return found

    def put(self, field, value):
        """Change a field; the unit follows the metric, and what was read in a source is that source's."""
        from spine_radiosurgery.tolerance.editing import LIMIT_FIELDS

        if field in (*LIMIT_FIELDS, "citation"):
            self.changes.pop("verified", None)
        self.changes[field] = value
        unit = unitOf(value) if field == "metric" else ""
        if unit:
            self.changes["unit"] = unit
        self.changes = {
            key: kept for key, kept in self.changes.items() if key == "verified" or kept != self.source[key]
        }

    def reset(self):
        """Take back what was changed."""
        self.changes = {}

    def document(self):
        """Return the row as a protocol's file holds it."""
        found = {}
        for key, value in self.values().items():
            if key in _ALWAYS or value not in ("", None):
                found[key] = list(value) if isinstance(value, tuple) else value
        if found.get("enabled") is True:
            del found["enabled"]
        return found


class ProtocolDraft:
    """The protocol in the editor.

    :param protocol: a ``Protocol``.
    :param path: the file that it comes from; "" for none.
    """

    def __init__(self, protocol, path=""):
        self.open(protocol, path)

    def open(self, protocol, path="", *, isNew=False):
        """Take a protocol into the editor in the place of another.

        :param isNew: whether it is a copy that is in no file yet.
        """
        from spine_radiosurgery.tolerance import SHIPPED

        self.origin, self.path, self.isNew = protocol, str(path), isNew
        self.isShipped = protocol.identifier in SHIPPED
        self.head = {key: getattr(protocol, key) for key in HEAD}
        self.rows = [DraftRow(vars(row)) for row in protocol.constraints]
        self._opened = self.document()

    def copyToEdit(self):
        """Go on with a copy of what is shown, which can be changed."""
        from spine_radiosurgery.tolerance import copied_as

        name = _("{identifier}-copy").format(identifier=self.origin.identifier)
        title = _("Copy of {title}").format(title=self.origin.title)
        self.open(copied_as(self.origin, name, title, date=date.today().isoformat()), isNew=True)

    def document(self):
        """Return the protocol as its file would hold it, whatever is wrong with it."""
        from spine_radiosurgery.tolerance import protocol_document

        found = {**protocol_document(self.origin), **self.head, "schema_version": "1.1"}
        found["constraints"] = [row.document() for row in self.rows]
        return found

    def complaints(self):
        """Return what is wrong, as ``Complaint`` of the library; nothing when it can be saved."""
        from spine_radiosurgery.tolerance import (
            SHIPPED,
            Complaint,
            protocol_complaints,
            protocol_from_document,
            version_complaint,
        )

        document = self.document()
        found = list(protocol_complaints(document))
        if self.head["identifier"] in SHIPPED and not self.isShipped:
            text = _("{identifier} comes with the program; choose another identifier")
            found.append(Complaint(text.format(identifier=self.head["identifier"]), "identifier"))
        if not found and not self.isNew:
            text = version_complaint(self.origin, protocol_from_document(document))
            found += [Complaint(text, "version")] if text else []
        return found

    def protocol(self):
        """Return the protocol; raises ``ValueError`` where something is wrong with it."""
        from spine_radiosurgery.tolerance import protocol_from_document

        for complaint in self.complaints():
            raise ValueError(complaint.sentence(_("Protocol")))
        return protocol_from_document(self.document())

    def isChanged(self):
        """Whether something would be lost if it were not saved."""
        return self.isNew or self.document() != self._opened

    # Rows

    def add(self):
        """Add a row to be filled in; returns its place."""
        from spine_radiosurgery.tolerance.editing import INSTITUTIONAL

        fields = dict.fromkeys(("structure", "metric", "group", "endpoint", "note", "limit"), "")
        self.rows.append(
            DraftRow(
                {
                    **fields,
                    "fractions": self.rows[-1].values()["fractions"] if self.rows else (1,),
                    "role": "organ",
                    "comparator": "<=",
                    "caution_limit": None,
                    "unit": "Gy",
                    "citation": INSTITUTIONAL,
                    "verified": False,
                    "enabled": True,
                },
                isNew=True,
            )
        )
        return len(self.rows) - 1

    def duplicate(self, place):
        """Add a copy of a row below it; returns its place."""
        row = self.rows[place]
        self.rows.insert(place + 1, DraftRow(row.source, row.changes, row.isNew))
        return place + 1

    def remove(self, place):
        """Remove a row."""
        del self.rows[place]


def isInstitutional(values):
    """Whether a row cites nothing but the clinic."""
    from spine_radiosurgery.tolerance.editing import INSTITUTIONAL

    return values["citation"].startswith(INSTITUTIONAL)


def unitOf(metric):
    """Return the unit of a metric; "" where its name is not understood."""
    from spine_radiosurgery.dose import parse_metric_name

    try:
        return parse_metric_name(metric).unit
    except ValueError:
        return ""


def numberIn(text):
    """Return the number that was typed, with a point or a comma; the text where it is none."""
    text = text.strip()
    if not re.fullmatch(r"[+-]?[0-9]{1,12}([.,][0-9]{0,12})?(e-[0-9]{1,2})?", text):
        return text
    value = float(text.replace(",", "."))
    return int(value) if value.is_integer() else value


def countsIn(text):
    """Return the whole numbers that were typed, with commas or spaces between; the text where it is none."""
    parts = [part for part in re.split(r"[\s,;]+", text) if part]
    if parts and all(re.fullmatch("[0-9]{1,4}", part) for part in parts):
        return tuple(int(part) for part in parts)
    return text.strip()


def inWords(value):
    """Return a field as a person types it."""
    if value is None:
        return ""
    if isinstance(value, (tuple, list)):
        return ", ".join(str(part) for part in value)
    return str(value)
