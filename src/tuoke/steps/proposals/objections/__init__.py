"""What the customer may object: predicted, prepared, raised, answered, resolved (S5.3)."""
