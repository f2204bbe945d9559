"""The choice of sectors: template, check boxes with volumes, and the drawing."""

from slicer.i18n import tr as _

from spine_radiosurgery.anatomy import SECTORS
from spine_radiosurgery.targets import TEMPLATES

from .sector_drawing import SectorDrawing, colorIcon, sectorColor
from .target_choices import chooseSectors, chooseTemplate, chosenSectors
from .target_words import sectorName, volumeInWords

OWN_CHOICE = "own"


class SectorChoice:
    """Follows the fields ``template`` and ``sectorChoice`` of a case.

    :param ui: the page's widgets: a radio button a template, a check box and a label a sector.
    """

    def __init__(self, ui):
        self.case = None
        self.radios = {
            "body": ui.targetBodyRadio,
            "body_and_pedicles": ui.targetBodyAndPediclesRadio,
            "whole_vertebra": ui.targetWholeVertebraRadio,
            "posterior_elements": ui.targetPosteriorElementsRadio,
            OWN_CHOICE: ui.targetOwnChoiceRadio,
        }
        for key, radio in self.radios.items():
            radio.connect("clicked(bool)", lambda checked=False, key=key: self._onTemplate(key))
        self.boxes = {name: getattr(ui, f"target{_camel(name)}CheckBox") for name in SECTORS}
        self.labels = {name: getattr(ui, f"target{_camel(name)}Label") for name in SECTORS}
        self._icons = {name: colorIcon(sectorColor(name)) for name in SECTORS}
        for name, box in self.boxes.items():
            box.text = sectorName(name)
            box.setIcon(self._icons[name])
            box.connect("clicked(bool)", lambda checked=False, name=name: self._onSector(name))
        self.totalLabel = ui.targetSumLabel
        self.drawing = SectorDrawing(ui.targetDrawingFrame.layout(), self._onSector)

    def show(self, case, drawn, facts):
        """Show the choice of a case.

        :param drawn: facts of the vertebra to draw; None for none.
        :param facts: those of all vertebrae of the target.
        """
        self.case = case
        chosen = () if case is None else chosenSectors(case)
        key = OWN_CHOICE if case is not None and case.sectorChoice else getattr(case, "template", "")
        if key in self.radios:
            self.radios[key].checked = True
        total = 0.0
        for name in SECTORS:
            volumes = [one.volumes[name] for one in facts if name in one.volumes]
            self.boxes[name].checked = name in chosen
            self.labels[name].text = volumeInWords(sum(volumes)) if volumes else _("absent") if facts else ""
            total += sum(volumes) if name in chosen else 0.0
        self.totalLabel.text = _("Chosen: {volume}").format(volume=volumeInWords(total)) if facts else ""
        self.totalLabel.toolTip = _("Sum of the chosen sectors, before margin, tumor and cord")
        self.drawing.show(drawn.outlines if drawn is not None and drawn.outlines else None, chosen)

    def _onTemplate(self, key):
        if self.case is None:
            return
        if key in TEMPLATES:
            chooseTemplate(self.case, key)
        else:
            chooseSectors(self.case, chosenSectors(self.case), asTemplate=False)

    def _onSector(self, name):
        if self.case is not None:
            chooseSectors(self.case, set(chosenSectors(self.case)) ^ {name})


def _camel(name):
    return "".join(part.capitalize() for part in name.split("_"))
