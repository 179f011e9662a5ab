"""The screens of the return."""
