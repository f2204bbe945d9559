"""How a draft differs from the record that was made of it."""

from slicer.i18n import tr as _

MOST_SHOWN = 3
_NOT_CHOSEN = ("derived", "schema_version", "generated_by", "research_use_only")


def differences(recorded, now):
    """Say what of a document differs from the recorded one, in a few words each.

    :param recorded, now: full documents of a record.
    """
    names = _names()
    before, after = _leaves(recorded), _leaves(now)
    changed = {}
    for path in [*before, *(path for path in after if path not in before)]:
        if before.get(path) != after.get(path):
            name = next((names[path[:n]] for n in range(len(path), 0, -1) if path[:n] in names), " ".join(path))
            isWhole = path in names
            changed.setdefault(name, (before.get(path), after.get(path)) if isWhole else None)
    found = [_inWords(name, pair) for name, pair in changed.items()]
    if len(found) > MOST_SHOWN:
        found[MOST_SHOWN:] = [_("and {count} more").format(count=len(found) - MOST_SHOWN)]
    return found


def _inWords(name, pair):
    if pair is None:
        return _("{what} changed").format(what=name)
    before, now = (_value(value) for value in pair)
    return _("{what} is {now}, recorded was {before}").format(what=name, now=now, before=before)


def _value(value):
    if value in (None, "", "unknown", ()):
        return _("open")
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _leaves(document, path=()):
    """Return the values of a document by place; lists of texts are one value."""
    found = {}
    for key, value in document.items():
        place = (*path, key)
        if place[0] in _NOT_CHOSEN:
            continue
        if isinstance(value, dict):
            found.update(_leaves(value, place))
        elif isinstance(value, list):
            found[place] = tuple(value) if all(isinstance(one, str) for one in value) else repr(value)
        else:
            found[place] = value
    return found


def _names():
    """Return what places of a record are called; a place within them is called the same."""
    return {
        ("patient",): _("study code"),
        ("levels",): _("levels"),
        ("index_level",): _("graded level"),
        ("grades", "radiographic"): _("radiographic grade"),
        ("grades", "neurological"): _("neurological grade"),
        ("grades", "escc"): _("ESCC"),
        ("grades", "rapid_decline"): _("rapid decline"),
        ("grades", "proposal"): _("the proposal"),
        ("sins", "measured"): _("the measured vertebra"),
        ("sins",): _("SINS"),
        ("selection", "scenario"): _("scenario"),
        ("selection", "measured"): _("the measured gap or length"),
        ("selection",): _("an answer on the patient"),
        ("prescription", "dose_gy"): _("dose in Gy"),
        ("prescription", "fractions"): _("fractions"),
        ("prescription", "previous_radiation"): _("earlier irradiation"),
        ("prescription",): _("setting or cement"),
        ("follow_up", "visits"): _("the visits"),
        ("follow_up", "volumes"): _("the volumes"),
        ("follow_up", "failures"): _("the failures"),
        ("follow_up", "complications"): _("the complications"),
        ("follow_up",): _("the follow-up"),
    }
