"""`report.json`."""
