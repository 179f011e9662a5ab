"""What the solution is worth to this customer: current, expected, yearly benefit, payback (S5.2)."""
