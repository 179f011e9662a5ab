"""The screens of the customer's needs (S4.3)."""
