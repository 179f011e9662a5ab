"""Parties in plain Python: their vocabulary, what makes two of them the same, what is asked of their fields."""

from tuoke.spine.customers.rules.drafts import (
    CONTACT_LIMITS,
    CUSTOMER_LIMITS,
    PARTY_LIMITS,
    SILENCE_LIMIT,
    ContactDraft,
    CustomerDraft,
    PartyLike,
    party_faults,
    text_faults,
)
from tuoke.spine.customers.rules.parties import Keys, Traces, keys_of, name_key_of, traces_of, want_key_of
from tuoke.spine.customers.rules.reach import Reach, masked, masked_numbers
from tuoke.spine.customers.rules.saying import said_month, said_phone, said_span, said_yuan
from tuoke.spine.customers.rules.vocabulary import (
    Channel,
    DecisionRole,
    FactKind,
    Handling,
    LeadStatus,
    OnDuplicate,
    Tier,
)

__all__ = [
    "CONTACT_LIMITS",
    "CUSTOMER_LIMITS",
    "PARTY_LIMITS",
    "SILENCE_LIMIT",
    "Channel",
    "ContactDraft",
    "CustomerDraft",
    "DecisionRole",
    "FactKind",
    "Handling",
    "Keys",
    "LeadStatus",
    "OnDuplicate",
    "PartyLike",
    "Reach",
    "Tier",
    "Traces",
    "keys_of",
    "masked",
    "masked_numbers",
    "name_key_of",
    "party_faults",
    "said_month",
    "said_phone",
    "said_span",
    "said_yuan",
    "text_faults",
    "traces_of",
    "want_key_of",
]
