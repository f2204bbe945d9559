"""Setup errors: scenarios, and the metrics of structures moved in a static dose."""
