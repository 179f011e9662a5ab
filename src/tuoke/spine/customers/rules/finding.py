"""What leads and customers are found by. Whom to call stands apart: nobody finds it by guessing who may not see it (S2.6)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tuoke.services.search.rules import parted, search_text
from tuoke.spine.customers.rules.merging import OTHER_EMAILS, OTHER_PHONES
from tuoke.spine.customers.rules.reach import Reach, masked

LONGEST_WANT = 200


def lead_search_text(lead: Any) -> str:
    """Of a lead: in the open part what the pool shows of it, behind it how to reach whom, what a merge kept included."""
    reach = masked(Reach(contact=lead.contact, phone=lead.phone, email=lead.email, wechat=lead.wechat))
    told = reach.told(lead.want)[:LONGEST_WANT]
    want = lead.want[:LONGEST_WANT]
    return parted(
        search_text(lead.credit_code, told, names=(lead.company,)),
        search_text(lead.phone, lead.email, *_further(lead.attributes), want if want != told else "", names=(lead.contact,)),
    )  # fmt: skip


def customer_search_text(customer: Any) -> str:
    return parted(
        search_text(customer.credit_code, names=(customer.name,)),
        search_text(customer.phone, *_further(customer.attributes)),
    )


def _further(attributes: Mapping[str, Any]) -> list[str]:
    if OTHER_PHONES not in attributes and OTHER_EMAILS not in attributes:
        return []
    texts = (str(attributes.get(OTHER_PHONES, "")), str(attributes.get(OTHER_EMAILS, "")))
    return [piece for text in texts for piece in re.split(r"[；;,，、\s]+", text) if piece]
