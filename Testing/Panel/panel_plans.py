"""A small plan for the panel: quickly made, with a known cord, target and dose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from person import Person

TARGET, TUMOR, VERTEBRA, CORD, LUNG = "CTV_T8", "GTV_T8", "Vertebra_T08", "SpinalCord", "Lung_L"
DOSE_BOTTOM_MM, DOSE_TOP_MM = -40.0, 60.0
CORD_MM = (-50.0, 50.0)


def cylinder(name: str, anterior: float, radius_mm: float, low: float, high: float, kind: str = "") -> Any:
    """A structure contoured every 2.5 mm, that ends at the heights `low` and `high`."""
    from spine_radiosurgery.geometry import Structure

    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    ring = np.column_stack([radius_mm * np.cos(angle), anterior + radius_mm * np.sin(angle)])
    heights = np.arange(low + 1.25, high, 2.5)
    contours = [np.column_stack([ring, np.full(60, height)]) for height in heights]
    return Structure.from_contours(name, contours, interpreted_type=kind)


def structures() -> tuple[Any, ...]:
    return (
        cylinder(TARGET, 10.0, 9.0, -10.0, 10.0, "CTV"),
        cylinder(TUMOR, 10.0, 5.0, -5.0, 5.0, "GTV"),
        cylinder(VERTEBRA, 8.0, 14.0, -10.0, 10.0),
        cylinder(CORD, -15.0, 5.0, *CORD_MM),
        cylinder(LUNG, 40.0, 6.0, -30.0, 30.0),
    )


def plan(**changes: Any) -> Any:
    """16 Gy to the target in one fraction; the dose ends 10 mm above the cord's lower end."""
    from spine_radiosurgery.case import Case, DoseGrid, ImageVolume, Prescription

    image = np.diag([4.0, 4.0, 2.5, 1.0])
    image[:3, 3] = -62.0, -62.0, -63.75
    dose = np.diag([4.0, 4.0, 4.0, 1.0])
    dose[:3, 3] = -62.0, -62.0, DOSE_BOTTOM_MM + 2.0
    layers = round((DOSE_TOP_MM - DOSE_BOTTOM_MM) / 4.0)
    parts = {
        "identifier": "small plan",
        "structures": structures(),
        "dose": DoseGrid(np.full((layers, 32, 32), 16.0), dose),
        "image": ImageVolume(np.zeros((52, 32, 32), dtype=np.int16), image, "CT", "CT", 2.5),
        "prescription": Prescription(16.0, 1, source="RTPLAN"),
        "dose_label": "Dose 16 Gy",
    }
    return Case(**{**parts, **changes})


def opened(person: Person, case: Any = None) -> Any:
    """Open the panel with a plan in the scene; return the panel's case."""
    from spine_radiosurgery.scene.steps.loading import add_case

    nodes = add_case(person.host.scene, case if case is not None else plan())
    shown = person.case
    shown.imageNode, shown.doseNode, shown.structuresNode = nodes.image, nodes.dose, nodes.structures
    person.host.settle()
    return shown
