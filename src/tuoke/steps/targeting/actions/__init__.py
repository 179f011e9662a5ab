"""Profiles, campaigns and the history of closed deals. Each verb raises Refused with every reason as a code
(``words.py`` says them; a reason names its ``field``), Conflict where somebody saved first."""

from tuoke.steps.targeting.actions.campaigns import plan_campaign, replan_campaign, start, tick, untick
from tuoke.steps.targeting.actions.history import import_history
from tuoke.steps.targeting.actions.profiles import EXAMPLE, create_profile, make_default, plant_default, save_profile
from tuoke.steps.targeting.actions.tables import import_table

__all__ = [
    "EXAMPLE",
    "create_profile",
    "import_history",
    "import_table",
    "make_default",
    "plan_campaign",
    "plant_default",
    "replan_campaign",
    "save_profile",
    "start",
    "tick",
    "untick",
]
