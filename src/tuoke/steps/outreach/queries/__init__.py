"""What is known before somebody is spoken to (S3.1). Each read costs the same number of queries for one line as for many."""

from tuoke.steps.outreach.queries.facts import facts_for, fit_of

__all__ = ["facts_for", "fit_of"]
