"""What the codes of a record are called in the panel."""

from slicer.i18n import tr as _


def histologies():
    """Return the choices of histology."""
    return [("", _("Not given")), ("myeloma", _("myeloma")), ("lymphoma", _("lymphoma")), ("other", _("another"))]


def sensitivities():
    """Return the answers to whether the tumor is radiosensitive."""
    return [("", _("Not given")), ("sensitive", _("yes")), ("resistant", _("no"))]


def systemicStates():
    """Return the choices of systemic disease."""
    return [("", _("Not given")), ("controlled", _("controlled")), ("progressive", _("progressive"))]


def settings():
    """Return the choices of what radiosurgery is for."""
    return [
        ("", _("Not given")),
        ("intact", _("no surgery")),
        ("decompression", _("radiosurgery to decompress")),
        ("postoperative", _("after surgery")),
        ("separation_surgery", _("after separation surgery")),
    ]


def cements():
    """Return the choices of cement."""
    return [
        ("", _("Not given")),
        ("none", _("none")),
        ("vertebroplasty_before", _("vertebroplasty before radiosurgery")),
        ("vertebroplasty_after", _("vertebroplasty after radiosurgery")),
        ("kyphoplasty_before", _("kyphoplasty before radiosurgery")),
        ("kyphoplasty_after", _("kyphoplasty after radiosurgery")),
    ]


def volumeKinds():
    """Return the kinds of volume."""
    return [("epidural", _("epidural")), ("paraspinal", _("paraspinal")), ("tumour", _("whole tumor"))]


def complications():
    """Return the kinds of complication."""
    return [
        ("", _("Choose...")),
        ("pain_flare", _("pain flare")),
        ("myelopathy", _("myelopathy")),
        ("vertebral_fracture", _("vertebral fracture")),
        ("mucositis", _("mucositis")),
        ("fistula", _("fistula")),
        ("skin", _("skin")),
        ("other", _("other")),
    ]


def fractures():
    """Return the kinds of vertebral fracture."""
    return [("", "–"), ("new", _("new")), ("progressive", _("progr."))]


def patterns():
    """Return the failure patterns."""
    return [("", _("Choose...")), ("in_field", _("in-field")), ("marginal", _("marginal")), ("distant", _("distant"))]


def places():
    """Return the anatomical places of a failure."""
    return [
        ("same_level", _("treated vertebra")),
        ("adjacent_level", _("adjacent vertebra")),
        ("epidural", _("epidural")),
        ("paraspinal", _("paraspinal")),
        ("remote", _("remote")),
    ]


def listed(names):
    """Return words with commas between them."""
    return ", ".join(names)


def oneOf(names):
    """Return words of which one holds."""
    return _(" or ").join(names)
