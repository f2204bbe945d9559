"""The radiographic grade that segmentations propose, with the measurements behind it."""

from __future__ import annotations

from dataclasses import dataclass

from ..answers import check_choice
from .grades import grade

CORD, CAUDA = "cord", "cauda"


@dataclass(frozen=True)
class Compression:
    """What segmentations tell of the compression; None where it is open.

    Every measurement is that of its own tightest section, among all that hold tumor.

    Attributes
    ----------
    tightest_ras : tuple of three floats or None
        Center of the canal where least CSF is left; without sac or cord, where it is fullest.
    contact_mm2 : float or None
        Area of the thecal sac that faces tumor within a voxel: the epidural contact.
    epidural_cc : float or None
        Tumor inside the canal.
    canal_filled_percent : float or None
        Share of the canal that tumor fills.
    sac_deformation_percent, cord_deformation_percent : float or None
        Loss of cross-section against the sections above and below the tumor; never negative.
    sac_displacement_mm, cord_displacement_mm : float or None
        Of the centroid, against the course above and below the tumor.
    csf_percent : float or None
        CSF (sac less cord) that is left, in percent of that above and below.
    cord_gap_mm : float or None
        Smallest distance between tumor and cord within a section; 0 where they touch.
    canal_depth_mm : float or None
        How deep tumor reaches into the canal from its wall.
    sac_narrowing_percent, cord_narrowing_percent : float or None
        Greatest loss of width in any direction, against the sections above and below.
    sac_indentation_mm : float or None
        How far tumor pushes in the outline of the sac.
    csf_thickness_mm : float or None
        Greatest thickness of the CSF where least of it is left.
    reference : str
        What the cord (without one, the sac) was compared with: "above and below" the tumor,
        "above only", "below only"; "" for nothing.
    voxel_mm : float or None
        Coarsest voxel of the structures within the sections.
    tilt_deg : float or None
        Of the canal against the superior axis; the sections are turned with it above 10 degrees.
    """

    tightest_ras: tuple[float, ...] | None = None
    contact_mm2: float | None = None
    epidural_cc: float | None = None
    canal_filled_percent: float | None = None
    sac_deformation_percent: float | None = None
    sac_displacement_mm: float | None = None
    cord_deformation_percent: float | None = None
    cord_displacement_mm: float | None = None
    csf_percent: float | None = None
    cord_gap_mm: float | None = None
    canal_depth_mm: float | None = None
    sac_narrowing_percent: float | None = None
    cord_narrowing_percent: float | None = None
    sac_indentation_mm: float | None = None
    csf_thickness_mm: float | None = None
    reference: str = ""
    voxel_mm: float | None = None
    tilt_deg: float | None = None


@dataclass(frozen=True)
class GradeProposal:
    """A proposal; a person decides.

    Attributes
    ----------
    site : str
        "cord" or "cauda": which rule was used; "" where it cannot be told.
    radiographic : tuple of str
        Codes that fit the measurements, from the least: one where they are clear, two or more
        where a measurement is too near to a limit, none where it cannot be told.
    escc : tuple of str
        Likewise; empty at the cauda equina, where ESCC is not defined.
    reason : str
        What the measurements say, or what is missing, in one or two sentences.
    structures : tuple of str
        Names of what was measured.
    compression : Compression
    """

    site: str = ""
    radiographic: tuple[str, ...] = ()
    escc: tuple[str, ...] = ()
    reason: str = ""
    structures: tuple[str, ...] = ()
    compression: Compression = Compression()

    def __post_init__(self) -> None:
        """Check every code."""
        check_choice("The site of a proposal", self.site, ("", CORD, CAUDA))
        for code in self.radiographic:
            grade("radiographic", code)
        for code in self.escc:
            grade("ESCC", code)

    @property
    def text(self) -> str:
        """The proposal and what it rests on, for a person who decides."""
        codes = self.radiographic
        if not codes:
            proposed = "Cannot tell the radiographic grade."
        elif len(codes) == 1:
            escc = f", ESCC {self.escc[0]}" if self.escc else ""
            proposed = f"Proposed radiographic grade {codes[0]}{escc}."
        else:
            proposed = (
                f"Cannot tell radiographic grades {', '.join(codes[:-1])} and {codes[-1]} apart."
            )
        return f"{proposed} {self.reason}".strip()
