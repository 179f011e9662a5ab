"""What is done with a proposal. Refusals are codes; ``words`` has the sentences."""

from tuoke.steps.proposals.actions.versions import freeze, mark_sent

__all__ = ["freeze", "mark_sent"]
