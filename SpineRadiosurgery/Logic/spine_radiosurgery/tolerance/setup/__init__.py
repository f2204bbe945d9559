"""What setup errors do to the limits: probabilities, worst case, room to move and to scale."""
