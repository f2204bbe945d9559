"""Propose a radiographic grade from segmentations; a person decides."""

from __future__ import annotations

from collections.abc import Sequence

from ...anatomy import is_below
from ...geometry import InputError, Structure
from .compressing import Measurements, measure
from .deciding import ESCC_OF, RADIOGRAPHIC_CODES, fitting_codes, open_questions
from .findings import findings_of
from .grades import CAUDA_BELOW
from .limits import Measured
from .proposal import CAUDA, CORD, Compression, GradeProposal
from .references import BOTH_SIDES
from .sections import Sections, sections_of

SITES = ("auto", CORD, CAUDA)
LOWEST_CONUS = "L2"
"""The cord usually ends at L1 or L2."""


def propose_grade(
    tumour: Structure | Sequence[Structure] | None,
    *,
    canal: Structure | None = None,
    thecal_sac: Structure | None = None,
    cord: Structure | None = None,
    level: str = "",
    site: str = "auto",
) -> GradeProposal:
    """Propose the radiographic grade (Ryu 2015, Table 1) and ESCC that segmentations show.

    Tumor, canal, sac and cord are cut by common sections across the canal (`sections`). Only tumor
    inside the canal counts. Sac and cord are what it leaves of them; they are deformed where they
    lose cross-section or width, or leave their place, against the sections above and below
    (`references`). The limits are ours and follow from resolution (`limits`). Every measurement so
    near to its limit that its own uncertainty decides leaves both grades; so does a structure that
    is missing, where the grade turns on it. At the cauda equina the share of the canal decides.

    Parameters
    ----------
    tumour : Structure, sequence of Structure or None
        Several count together.
    canal, thecal_sac, cord : Structure, optional
        On the same image or registered to it. They may overlap with tumor.
    level : str
        Vertebral level of the tightest place, if known.
    site : str
        "cord" or "cauda" for what the canal holds there; "auto" takes it from the level (below
        `CAUDA_BELOW`: cauda), and without a level takes the cord if one is drawn beside the tumor.
        At L2, where some cords end, a cord that is drawn beside the tumor leaves the rules of both.

    Raises
    ------
    InputError
        The level or site is none, or a structure is empty.
    """
    if site not in SITES:
        raise InputError(f"{site!r} is no site of the cord; choose one of {', '.join(SITES)}.")
    by_level = CAUDA if level and is_below(level, CAUDA_BELOW) else CORD if level else ""
    tumours = [tumour] if isinstance(tumour, Structure) else list(tumour or ())
    given = {"canal": canal, "sac": thecal_sac, "cord": cord}
    structures = {name: s for name, s in given.items() if s is not None}
    names = tuple(s.name for s in (*tumours, *structures.values()))
    chosen = by_level if site == "auto" else site
    if not tumours:
        return GradeProposal(chosen, reason="No tumor is chosen.", structures=names)
    sections = sections_of(tumours, structures)
    if sections is None:
        missing = "Neither spinal canal nor thecal sac nor cord is drawn beside the tumor."
        return GradeProposal(chosen, reason=missing, structures=names)
    found = measure(sections)
    has_cord = "cord" in sections.masks
    is_conus = site == "auto" and level == LOWEST_CONUS and has_cord
    chosen = "" if is_conus else chosen or (CORD if has_cord else "")
    findings = findings_of(found, sections)
    codes = fitting_codes(findings, chosen)
    if len(codes) == len(RADIOGRAPHIC_CODES):
        codes = ()
    reason = [_measured(found), _unsure(found)]
    reason += [
        f"Open is whether {f.question}: {f.doubt}." for f in open_questions(findings, chosen)
    ]
    if is_conus:
        reason.append(
            f"A cord is drawn beside the tumor at {level}, where it may be the conus or the cauda "
            "equina; choose which of them it is."
        )
    elif chosen == CAUDA and has_cord and site == "auto":
        reason.append(
            f"A cord is drawn beside the tumor, but {level} lies below {CAUDA_BELOW}, where the "
            "canal usually holds the cauda equina; choose the cord if it is one."
        )
    return GradeProposal(
        chosen,
        codes,
        tuple(ESCC_OF[code] for code in codes) if chosen == CORD else (),
        " ".join(sentence for sentence in reason if sentence),
        names,
        compression_of(found, sections),
    )


def compression_of(found: Measurements, sections: Sections) -> Compression:
    """Put measurements into the form that is recorded, without their uncertainties."""
    sac, cord = found.sac, found.cord
    csf = found.csf.loss_percent
    return Compression(
        tightest_ras=found.tightest_ras and tuple(round(x, 2) for x in found.tightest_ras),
        contact_mm2=_rounded(found.contact_mm2),
        epidural_cc=_rounded(found.epidural_cc),
        canal_filled_percent=_value(found.filled_percent),
        sac_deformation_percent=_value(sac.loss_percent),
        sac_displacement_mm=_value(sac.displacement_mm),
        cord_deformation_percent=_value(cord.loss_percent),
        cord_displacement_mm=_value(cord.displacement_mm),
        csf_percent=None if csf is None else _rounded(100.0 - max(csf.value, 0.0)),
        cord_gap_mm=_rounded(found.gap_mm),
        canal_depth_mm=_rounded(found.depth_mm),
        sac_narrowing_percent=_value(sac.narrowing_percent),
        cord_narrowing_percent=_value(cord.narrowing_percent),
        sac_indentation_mm=_value(sac.indentation_mm),
        csf_thickness_mm=_rounded(found.csf_thickness_mm),
        reference=cord.sides or sac.sides,
        voxel_mm=_rounded(max(sections.voxel_mm.values())),
        tilt_deg=_rounded(sections.tilt_deg),
    )


def _measured(found: Measurements) -> str:
    """The decisive measurements in one sentence; "" where there are none."""
    if found.depth_mm is not None and found.is_canal_whole and not found.is_beside:
        return "No tumor is seen in the canal."
    said = []
    if found.filled_percent is not None:
        said.append(f"tumor fills {found.filled_percent.value:.0f} % of the canal")
    for name, change in (("the thecal sac", found.sac), ("the cord", found.cord)):
        if change.loss_percent is not None and change.displacement_mm is not None:
            said.append(
                f"{name} has lost {max(change.loss_percent.value, 0.0):.0f} % of its cross-section "
                f"and is displaced by {change.displacement_mm.value:.1f} mm"
            )
    if found.gap_mm is not None:
        gap = f"comes within {found.gap_mm:.1f} mm of" if found.gap_mm else "touches"
        said.append(f"tumor {gap} the cord")
    if found.csf.loss_percent is not None:
        said.append(f"{100.0 - max(found.csf.loss_percent.value, 0.0):.0f} % of the CSF is left")
    if not said:
        return ""
    return f"At the tightest place {', '.join(said)}."


def _unsure(found: Measurements) -> str:
    sides = {c.sides for c in (found.sac, found.cord) if c.sides} - {BOTH_SIDES}
    if not sides:
        return ""
    return f"They could be compared with sections {sorted(sides)[0]}, which is less sure."


def _value(measured: Measured | None) -> float | None:
    return None if measured is None else _rounded(max(measured.value, 0.0))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
