"""How a next action is best made."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from tuoke.spine.followups.models import NextAction
from tuoke.spine.followups.preferences import Preference

register = template.Library()


@register.inclusion_tag("followups/_preference.html")
def preference(preferences: Mapping[int, Preference] | str, action: NextAction) -> dict[str, Preference | None]:
    """客户偏好：微信, or 勿扰; nothing where nothing is known. Not said where the action has a channel of its own already."""
    found = preferences.get(action.pk) if isinstance(preferences, Mapping) else None
    is_said = found is not None and not found.do_not_contact and found.channel == action.channel
    return {"preference": None if is_said else found}
