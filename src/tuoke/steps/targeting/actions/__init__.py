"""Profiles, campaigns and the history of closed deals. Each verb raises Refused with every reason as a code
(``words.py`` says them; a reason names its ``field``), Conflict where somebody saved first."""

from tuoke.steps.targeting.actions.campaigns import plan_campaign, replan_campaign, start, tick, untick
from tuoke.steps.targeting.actions.history import import_history
from tuoke.steps.targeting.actions.profiles import (
    EXAMPLE,
    create_profile,
    draft_of,
    make_default,
    plant_default,
    restore_profile,
    save_profile,
    verdict_on,
)
from tuoke.steps.targeting.actions.suggestions import accept_suggestion, take_offer
from tuoke.steps.targeting.actions.tables import import_table

__all__ = [
    "EXAMPLE",
    "accept_suggestion",
    "create_profile",
    "draft_of",
    "import_history",
    "import_table",
    "make_default",
    "plan_campaign",
    "plant_default",
    "replan_campaign",
    "restore_profile",
    "save_profile",
    "start",
    "take_offer",
    "tick",
    "untick",
    "verdict_on",
]
