"""Reads of contracts. Each starts from ``visible_to``, or from a deal or contract that the caller holds."""

from tuoke.steps.contracts.queries.current import contract_amount, current_contract, latest_version, signed_contracts
from tuoke.steps.contracts.queries.freezing import frozen_now

__all__ = ["contract_amount", "current_contract", "frozen_now", "latest_version", "signed_contracts"]
