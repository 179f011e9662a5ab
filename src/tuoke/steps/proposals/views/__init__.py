"""The screens of the proposal (S5.1, S5.4)."""
