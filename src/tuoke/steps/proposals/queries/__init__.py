"""Reads of proposals, for screens and for other rooms; what a person sees starts from ``visible_to``."""

from tuoke.steps.proposals.queries.current import current_proposal, current_section_ids, latest_version

__all__ = ["current_proposal", "current_section_ids", "latest_version"]
