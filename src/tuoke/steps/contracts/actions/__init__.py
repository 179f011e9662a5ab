"""Everything that can be done with a contract. Each verb locks the deal, checks, changes and records in one transaction.

Each raises Refused with every reason as a code (``words.py`` says them), Conflict where somebody saved first, and
Opportunity.DoesNotExist where ``by`` may not write the deal's contract.
"""

from tuoke.steps.contracts.actions.versions import freeze

__all__ = ["freeze"]
