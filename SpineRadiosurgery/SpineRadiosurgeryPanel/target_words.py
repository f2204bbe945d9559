"""Words for targets: sectors, margins, what was measured."""

from slicer.i18n import tr as _


def sectorName(sector):
    """Return a sector's name for a line of its own."""
    return {
        "body": _("Body"),
        "left_pedicle": _("Left pedicle"),
        "right_pedicle": _("Right pedicle"),
        "left_lamina": _("Left lamina"),
        "right_lamina": _("Right lamina"),
        "spinous_process": _("Spinous process"),
    }[sector]


def sectorsInWords(sectors):
    """Return sectors for a sentence: "body + left pedicle"."""
    return " + ".join(sectorName(sector).lower() for sector in sectors) or _("none")


def inWords(what, before, now):
    """Return a difference for a sentence."""
    return _("{what}: {before} then, {now} now").format(what=what, before=before, now=now)


def volumeInWords(volumeCc):
    """Return a volume with its unit."""
    return _("{volume} cc").format(volume=f"{volumeCc:.1f}" if volumeCc >= 9.995 else f"{volumeCc:.2f}")


def sidesInWords(marginMm):
    """Return a margin with its unit: one number, or one a side."""
    several = marginMm if isinstance(marginMm, list | tuple) else [marginMm]
    shown = several[:1] if len(set(several)) == 1 else several
    return _("{margin} mm").format(margin=" / ".join(f"{value:.1f}" for value in shown))


def measuresInWords(facts):
    """Return name, volume, length and gap of a target in one line.

    :param facts: as the logic's ``targetFacts``.
    """
    parts = [
        volumeInWords(facts["volume_cc"]),
        _("{length} mm long").format(length=f"{facts['length_mm']:.1f}"),
        gapInWords(facts),
    ]
    return _("{name}: {measures}").format(name=facts["name"], measures=", ".join(parts))


def gapInWords(facts):
    """Return how far a target is from the cord."""
    if facts["cord_gap_mm"] is None:
        return _("distance to the cord unknown (no cord is chosen)")
    if facts["cord_gap_mm"] == 0:
        return _("touches {cord}").format(cord=facts["cord"])
    return _("{gap} mm from {cord}").format(gap=f"{facts['cord_gap_mm']:.1f}", cord=facts["cord"])


def levelsInWords(facts):
    """Return the sectors of every level: "T8: body"."""
    template = _("{level}: {sectors}")
    return "\n".join(
        template.format(level=level, sectors=sectorsInWords(sectors)) for level, sectors in facts["sectors"].items()
    )


def warningsInWords(warnings):
    """Return warnings, one a line."""
    return "\n".join(f"! {text}" for text in warnings)


def proposalInWords(vertebrae, sectors, proposals):
    """Return what the consensus rule proposes, and its source for a tooltip.

    :param vertebrae: names of the vertebrae.
    :param sectors: what is proposed for all of them together.
    :param proposals: as the logic's ``proposeSectors``, one a vertebra.
    """
    if not sectors:
        return _("The tumor reaches no sector of {vertebrae}.").format(vertebrae=" + ".join(vertebrae)), ""
    doubt = "" if all(p.verified for p in proposals if p.sectors) else _(" (not verified)")
    line = _("Consensus rule proposes: {sectors}{doubt}").format(sectors=sectorsInWords(sectors), doubt=doubt)
    return line, "\n\n".join(
        _sourceOf(vertebra, proposal)
        for vertebra, proposal in zip(vertebrae, proposals, strict=True)
        if proposal.sectors
    )


def _sourceOf(vertebra, proposal):
    verified = _("Read at this source.") if proposal.verified else _("NOT verified at its source.")
    lines = (f"{vertebra}: {proposal.rule}", proposal.citation, verified, proposal.remark)
    return "\n".join(line for line in lines if line)
