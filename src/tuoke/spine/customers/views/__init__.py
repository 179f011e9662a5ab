"""The screens of customers: load, parse, act, answer."""
