"""HTTP for a negotiation's plan and its bottom lines: load, parse, act, answer."""
