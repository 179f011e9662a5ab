"""Verbs of what the whole company shares. Each raises Refused with every reason; a reason names its ``field``."""

from tuoke.spine.catalog.actions.campaigns import change_campaign, plan_campaign, start_campaign
from tuoke.spine.catalog.actions.competitors import (
    change_competitor,
    list_competitor,
    restore_competitor,
    void_competitor,
)
from tuoke.spine.catalog.actions.products import (
    change_product,
    close_product,
    create_product,
    offer_product,
    reopen_product,
)
from tuoke.spine.catalog.actions.sources import (
    add_source,
    change_cost,
    close_source,
    enter_cost,
    rename_source,
    reopen_source,
    restore_cost,
    void_cost,
)

__all__ = [
    "add_source",
    "change_campaign",
    "change_competitor",
    "change_cost",
    "change_product",
    "close_product",
    "close_source",
    "create_product",
    "enter_cost",
    "list_competitor",
    "offer_product",
    "plan_campaign",
    "rename_source",
    "reopen_product",
    "reopen_source",
    "restore_competitor",
    "restore_cost",
    "start_campaign",
    "void_competitor",
    "void_cost",
]
