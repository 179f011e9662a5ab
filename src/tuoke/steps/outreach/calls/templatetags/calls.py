from __future__ import annotations

from django import template
from django.utils.translation import gettext

register = template.Library()


@register.simple_tag
def duration(seconds: int) -> str:
    """17 分 20 秒; of an hour and more without seconds."""
    minutes, rest = divmod(int(seconds), 60)
    if minutes >= 60:
        return gettext("%(hours)s 小时 %(minutes)s 分") % {"hours": minutes // 60, "minutes": minutes % 60}
    if not minutes:
        return gettext("%(seconds)s 秒") % {"seconds": rest}
    return gettext("%(minutes)s 分 %(seconds)s 秒") % {"minutes": minutes, "seconds": rest}
