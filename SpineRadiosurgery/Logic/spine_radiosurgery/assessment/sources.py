"""Where the definitions of this room come from."""

from __future__ import annotations

RYU_2015 = "Ryu et al. 2015, Radiat Oncol J 33:1-11"
BILSKY_2010 = "Bilsky et al. 2010, J Neurosurg Spine 13:324-328"
RTOG_0631 = "RTOG 0631 (NCT00922974)"
RYU_2014 = "Ryu et al. 2014, Pract Radiat Oncol 4:76 (RTOG 0631 phase II)"
HYTEC_2021 = "Sahgal et al. 2021, Int J Radiat Oncol Biol Phys 110:124 (HyTEC)"
MCDONALD_2011 = "McDonald et al. 2011 (glioma)"
PAULSSON_2014 = "Paulsson et al. 2014, Radiat Oncol 9:130 (glioma)"
RYU_2008 = "Ryu et al. 2008, J Pain Symptom Manage 35:292-298"
RTOG_0631_RESULT = "RTOG 0631 phase III (Ryu et al. 2023, JAMA Oncol, PMC10119775)"
CHOW_2012 = "International consensus (Chow et al. 2012), as quoted in PMC6817531, Table 1"
FISHER_2010 = "Fisher et al. 2010, Spine 35:E1221"
