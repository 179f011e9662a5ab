"""Verbs of the library. Each raises Refused with every reason; a reason names its ``field``."""

from tuoke.spine.library.actions.care import confirm_review, entrust, mark_outdated, restore, retire
from tuoke.spine.library.actions.shipped import load_starter
from tuoke.spine.library.actions.writing import add_item, make_variant, restore_version, revise

__all__ = [
    "add_item",
    "confirm_review",
    "entrust",
    "load_starter",
    "make_variant",
    "mark_outdated",
    "restore",
    "restore_version",
    "retire",
    "revise",
]
