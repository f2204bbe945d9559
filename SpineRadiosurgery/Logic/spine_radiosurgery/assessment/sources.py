"""Where the definitions of this room come from."""

from __future__ import annotations

RYU_2015 = "Ryu et al. 2015, Radiat Oncol J 33:1-11"
BILSKY_2010 = "Bilsky et al. 2010, J Neurosurg Spine 13:324-328"
RTOG_0631 = "RTOG 0631 (NCT00922974)"
