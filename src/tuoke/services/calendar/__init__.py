"""Working days: Chinese public holidays with the days worked instead, and the company's own exceptions."""
