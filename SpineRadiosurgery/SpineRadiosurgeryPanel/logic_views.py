"""What the views show, for the Python console and for the panel."""

import slicer

from .library import step


class ViewsLogic:
    """The part of the logic that shows things; it makes only what is to be shown."""

    def registerLayout(self):
        """Make the layout of this module known to the scene.

        ::

            logic.registerLayout()
        """
        from spine_radiosurgery.scene import layout

        layout.register(slicer.mrmlScene)

    def setLayout(self):
        """Show slices, 3-D view and plot together.

        ::

            logic.setLayout()
        """
        from spine_radiosurgery.scene import layout

        layout.show(slicer.mrmlScene)

    def showDvh(self, tableNode=None):
        """Show the dose-volume histogram of an evaluation (the latest); returns its chart node.

        ::

            logic.showDvh()
        """
        chart = step("evaluations").chart_of(self._table(tableNode))
        self.setLayout()
        step("showing").show_chart(chart)
        return chart

    def showDoseWash(self, doseNode, imageNode, prescriptionGy):
        """Show the dose in colours over the image, up to 120 % of the prescription.

        ::

            logic.showDoseWash(case.doseNode, case.imageNode, 16.0)
        """
        step("showing").show_dose_wash(doseNode, imageNode, prescriptionGy)

    def showCase(self, case):
        """Show dose over image of a case, and go to its target or cord where one was confirmed.

        ::

            logic.showCase(case)
        """
        prescription = self.prescriptionOf(case)
        if case.doseNode is not None:
            highestGy = case.doseNode.GetImageData().GetScalarRange()[1]
            self.showDoseWash(case.doseNode, case.imageNode, prescription.dose_gy if prescription else highestGy)
        slicer.util.setSliceViewerLayers(background=case.imageNode, fit=True)
        confirmation = self.confirmationOf(case)
        place = confirmation.place_ras if confirmation is not None else None
        if place is not None:
            self.jumpTo(place)

    def jumpTo(self, pointRas):
        """Center the slice views on a point.

        ::

            logic.jumpTo([0.0, -40.0, 385.0])
        """
        step("showing").jump_to(slicer.mrmlScene, pointRas)

    def createIsodoseSurfaces(self, doseNode, levelsGy=(), prescriptionGy=None, *, useSlicerRt=False):
        """Make surfaces of equal dose; by default at 50, 90 and 100 % of the prescription.

        :param useSlicerRt: let SlicerRT's module Isodose make them: smoothed, all in one model.
        :return: the model nodes.

        ::

            models = logic.createIsodoseSurfaces(case.doseNode, [8.0, 16.0])
        """
        from spine_radiosurgery.scene import isodoses, slicerrt

        if useSlicerRt:
            levels = isodoses.levels_of(levelsGy, prescriptionGy)
            return [slicerrt.isodose_surfaces(doseNode, levels, prescription_gy=prescriptionGy)]
        made = isodoses.create_isodose_surfaces(doseNode, levelsGy, prescription_gy=prescriptionGy)
        return list(made.models)

    def jumpToHottestPoint(self, structure=None, tableNode=None):
        """Centre the slice views where a structure (the first cord volume) gets most dose.

        :return: the point in RAS mm.

        ::

            logic.jumpToHottestPoint("SpinalCord")
        """
        point = step("evaluations").hottest_point(self._table(tableNode), structure)
        step("showing").jump_to(slicer.mrmlScene, point)
        return point
