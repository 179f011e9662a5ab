"""The screens of leads: load, parse, act, answer."""
