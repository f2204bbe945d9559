"""A vertebra's own frame, found from its bone: canal, mid-sagittal plane, posterior wall."""
