"""The sections of step 2: grades, stability, selection, prescription, decision, follow-up."""
