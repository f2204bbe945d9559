"""Words that stand in names of structures and plans, whoever the patient is."""

from __future__ import annotations

VOCABULARY = frozenset(
    """
    spine spinal cord canal vertebra vertebrae vertebral body bodies pedicle pedicles lamina process
    transverse spinous sacrum sacral lumbar thoracic cervical cauda equina nerve nerves root roots
    thecal sac dura epidural myelon medulla plexus brachial level disc disk marrow bone bones
    heart lung lungs liver kidney kidneys renal hilum cortex stomach bowel colon rectum bladder
    duodenum jejunum ileum esophagus oesophagus trachea larynx pharynx glottis bronchus bronchi
    skin rib ribs aorta vena cava vessel vessels great artery vein chest wall spleen thyroid parotid
    gland brain brainstem stem optic chiasm pathway cochlea eye eyes lens femur femoral femurs head
    heads neck hip pelvis sternum penile bulb muscle node nodes lesion metastasis tumor tumour mass
    extension
    target gross clinical internal planning risk organ organs volume margin core shell rind
    ptv gtv ctv itv prv oar roi ring rings help dummy opt external outline contour contours
    structure structures set isocenter isodose iso bolus marker couch table support fixation clip
    artifact artefact left right upper lower anterior posterior superior inferior lateral medial
    dose dosis plan plans planned course total sum boost beam beams field fields arc arcs phase
    prescription fraction fractions setup first second primary final copy old new approved
    srs sbrt sabr vmat imrt imat image images series study scan axial sagittal coronal contrast
    head prone supine research radiosurgery radiotherapy stereotactic oncology hospital clinic
    wirbel knochen herz lunge lungen leber niere nieren magen haut hals kopf darm blase rippe rippen
    mark ziel tisch
    """.split()
)
"""Folded. A patient of such a name: the word cannot be told from the name."""

NO_NAMES = frozenset(
    """
    anonymous anonymized anonymised anonym anon phantom patient test demo unknown none name nobody
    mrs miss prof med phd von van der den dem del dos das des della ter ten zur zum bin ibn abu
    """.split()
)
"""Words in the place of a name, and parts of names that tell nobody."""
