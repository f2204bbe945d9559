"""Cord volumes in words, from what was kept with them."""

from slicer.i18n import tr as _


def volumeLines(made):
    """Return what is to be said of the cord volumes of a node, a line a fact.

    :param made: parameters of its provenance.
    """
    volumes = made["volumes"]
    if len(volumes) == 1:
        lines = _oneSite(next(iter(volumes.values())))
    else:
        lines = [_oneOfSites(name, facts) for name, facts in volumes.items()]
    if made["mode"] == "centreline":
        lines.append(_("Millimeters along the cord"))
    return lines + list(dict.fromkeys(made["warnings"]))


def riskVolumeLines(made):
    """Return what is to be said of a planning risk volume.

    :param made: parameters of its provenance.
    """
    reached = _("Margin reached: at least {least:.1f} mm, on average {mean:.1f} mm")
    return [
        _("{volume:.2f} cc").format(volume=made["volume_cc"]),
        reached.format(least=made["achieved_min_mm"], mean=made["achieved_mean_mm"]),
    ]


def _oneSite(facts):
    size = _("{volume:.2f} cc, {length:.1f} mm long")
    lines = [size.format(volume=facts["volume_cc"], length=facts["length_mm"]), _reached(facts)]
    lines.append(_crossSection(*facts["cross_section_mm2"]))
    return lines


def _crossSection(leastMm2, mostMm2):
    least, most = f"{leastMm2:.0f}", f"{mostMm2:.0f}"
    if least == most:
        return _("Cross-section {area} mm²").format(area=most)
    return _("Cross-section {least} to {most} mm²").format(least=least, most=most)


def _oneOfSites(name, facts):
    text = _("{name} beside {target}: {volume:.2f} cc, {length:.1f} mm long; {reached}")
    return text.format(
        name=name,
        target=facts["target_name"],
        volume=facts["volume_cc"],
        length=facts["length_mm"],
        reached=_reached(facts),
    )


def _reached(facts):
    text = _("{above:.1f} mm above, {below:.1f} mm below reached")
    return text.format(above=facts["superior_mm"], below=facts["inferior_mm"])
