"""What the SpineRadiosurgery module shows: its pages and its entry in the Sample Data module."""
