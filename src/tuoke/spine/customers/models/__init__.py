"""Parties: customers, contacts and leads, and what is known and decided of them."""

from tuoke.spine.customers.models.duplicates import (
    PAIR_KIND_NAMES,
    PAIR_KINDS,
    Merge,
    Pair,
    PairQuerySet,
    SearchForPairs,
)
from tuoke.spine.customers.models.parties import (
    CHANNEL_NAMES,
    CHANNELS,
    DECISION_ROLE_NAMES,
    DECISION_ROLES,
    STATUS_NAMES,
    STATUSES,
    TIER_NAMES,
    TIERS,
    Contact,
    ContactQuerySet,
    Customer,
    CustomerQuerySet,
    Lead,
    LeadQuerySet,
    PartyFacts,
)
from tuoke.spine.customers.models.results import HANDLING_NAMES, Holding, ScoreEntry
from tuoke.spine.customers.models.verification import FACT_NAMES, SOURCE_NAMES, Fact

__all__ = [
    "CHANNELS",
    "CHANNEL_NAMES",
    "DECISION_ROLES",
    "DECISION_ROLE_NAMES",
    "FACT_NAMES",
    "HANDLING_NAMES",
    "PAIR_KINDS",
    "PAIR_KIND_NAMES",
    "SOURCE_NAMES",
    "STATUSES",
    "STATUS_NAMES",
    "TIERS",
    "TIER_NAMES",
    "Contact",
    "ContactQuerySet",
    "Customer",
    "CustomerQuerySet",
    "Fact",
    "Holding",
    "Lead",
    "LeadQuerySet",
    "Merge",
    "Pair",
    "PairQuerySet",
    "PartyFacts",
    "ScoreEntry",
    "SearchForPairs",
]
