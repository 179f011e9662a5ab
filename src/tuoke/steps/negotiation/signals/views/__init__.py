"""HTTP only: load, parse, act, answer."""
