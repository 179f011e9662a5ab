"""The screens of the value model."""
