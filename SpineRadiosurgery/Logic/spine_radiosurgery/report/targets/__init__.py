"""Vertebrae and targets of an evaluation: splitting, making, and what the report says of them."""
