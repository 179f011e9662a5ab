"""The kick-off plan: milestones, what depends on what, who answers for what (S7.2)."""
