"""The demo case in the Sample Data module: made on this machine, so nothing is downloaded."""

from pathlib import Path

import slicer
from slicer.i18n import tr as _

MODULE = "SpineRadiosurgery"
CATEGORY = "Spine Radiosurgery"
SAMPLE = "SpineRadiosurgeryDemo"
THUMBNAIL = Path(__file__).resolve().parents[1] / "Resources" / "Icons" / f"{SAMPLE}.png"


def registerSampleData():
    """Add the demo case to the Sample Data module, once.

    In scripts use ``slicer.util.getModuleLogic("SpineRadiosurgery").loadDemoCase()``:
    ``SampleData.downloadSample`` knows only data that it can download.
    """
    from SampleData import SampleDataLogic, SampleDataSource

    if hasattr(SampleDataLogic, "registerCustomSampleDataCategory"):
        # 5.12 and later; 5.10 shows the category's name.
        SampleDataLogic.registerCustomSampleDataCategory(CATEGORY, title=_("Spine Radiosurgery"))
    sources = SampleDataLogic.sampleDataSourcesByCategory().setdefault(CATEGORY, [])
    if any(source.sampleName == SAMPLE for source in sources):
        return
    sources.append(
        SampleDataSource(
            sampleName=SAMPLE,
            sampleDescription=_("Spine radiosurgery demo (T8)"),
            thumbnailFileName=str(THUMBNAIL),
            # Sample Data wants lists of equal length, also of a source without files.
            uris=[],
            fileNames=[],
            nodeNames=[],
            customDownloader=loadDemoCase,
        )
    )


def loadDemoCase(source=None):
    """Make and load the demo case: what the button of the Sample Data module does.

    :param source: the ``SampleDataSource`` whose button was clicked; not needed.
    """
    with slicer.util.tryWithErrorDisplay(_("The demo case could not be made."), waitCursor=True):
        slicer.util.showStatusMessage(_("Making the demo case..."))
        slicer.util.getModuleLogic(MODULE).loadDemoCase()
        slicer.util.showStatusMessage(_("The demo case is loaded."), 3000)
