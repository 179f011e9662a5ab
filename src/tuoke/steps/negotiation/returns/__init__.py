"""Return on investment, worked out with the customer and compared with a competitor (S6.3)."""
