"""The design system's tags. A component's Python signature is the list of what it takes.

Templates have them without `{% load %}`. A wrong keyword is a TemplateSyntaxError, a wrong value a ValueError.
Everything inside is escaped; block tags take markup between their ends.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import uuid4

from django import forms, template
from django.forms.boundfield import BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django_stubs_ext import StrOrPromise

from tuoke.base.ui import formats
from tuoke.base.ui.charts import Chart
from tuoke.base.ui.http import CARRIED_OUT
from tuoke.base.ui.parts import PATH_STATES, REASON_KINDS, TONES, Line, PathStep, Tab

register = template.Library()

NONE = mark_safe('<span class="quiet">—</span>')  # a constant
BUTTON_TONES = ("plain", "primary", "danger", "quiet")
NOTICE_TONES = ("blue", "orange", "red", "green")
METER_TONES = ("blue", "green", "orange", "red")
SIZES = ("", "small", "large")
SHORT_FILTER = 3  # so many fields fit above a list on the phone


# Small things


@register.simple_tag
def icon(name: str, *, size: str = "", label: StrOrPromise = "") -> SafeString:
    """A drawing named in assets/icons.txt. Give a `label` only where no word stands beside it."""
    return _drawing(name, _one_of(size, SIZES), str(label))


@lru_cache(maxsize=512, typed=True)  # a page has dozens
def _drawing(name: str, size: str, label: str) -> SafeString:
    said = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    css = f"icon icon-{size}" if size else "icon"
    return format_html('<svg class="{}" {}><use href="{}#{}"></use></svg>', css, said, static("vendor/icons.svg"), name)


@register.simple_tag
def badge(text: object, *, tone: str = "gray") -> SafeString:
    return format_html('<span class="badge tone-{}">{}</span>', _one_of(tone, TONES), text)


@register.simple_tag
def kbd(key: str) -> SafeString:
    return format_html("<kbd>{}</kbd>", key)


@register.simple_tag
@lru_cache(maxsize=1024, typed=True)  # the same few people on every line; typed: safe and plain text never mix
def avatar(name: str, *, size: str = "") -> SafeString:
    """The first character of a name on a colour that is always the same for that name."""
    shade = zlib.crc32(name.encode()) % 6 + 1
    css = f"avatar avatar-{shade}" + (f" avatar-{_one_of(size, SIZES)}" if size else "")
    return format_html('<span class="{}" title="{}" aria-hidden="true">{}</span>', css, name, name[:1])


@register.simple_tag
def money(value: Decimal | int | None) -> SafeString:
    """¥182 万, with the full figure on hover; nothing known is a dash."""
    if value is None:
        return NONE
    exact = Decimal(value)
    return format_html('<span title="{}">{}</span>', formats.full_amount(exact), formats.amount(exact))


@register.simple_tag
def day(value: date | datetime | None, *, today: date | None = None) -> SafeString:
    """今天, 明天, 周三, 12-06; the full date on hover. `today` is the local date (default: now's)."""
    if not value:
        return NONE
    return _day(formats.local(value), today or timezone.localdate(), get_language())


@lru_cache(maxsize=1024)  # the same few days on every line
def _day(local: date, seen_from: date, language: str | None) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(),
        formats.full_day(local),
        formats.day_words(local, today=seen_from),
    )


@register.simple_tag
def moment(value: datetime | None, *, today: date | None = None) -> SafeString:
    """今天 10:30, with the full date on hover."""
    if not value:
        return NONE
    local, seen_from = formats.local(value), today or timezone.localdate()
    return format_html(
        '<time datetime="{}" title="{} {}">{} {}</time>',
        value.isoformat(),
        formats.full_day(local),
        formats.clock(value),
        formats.day_words(local, today=seen_from),
        formats.clock(value),
    )


@register.simple_tag
def count_limit(number: int, *, limit: int = 10_000) -> str:
    """How many, or 10000+."""
    return formats.counted(number, limit)


@register.simple_tag
def progress(
    value: float | Decimal, *, label: StrOrPromise, of: float | Decimal = 100, tone: str = "blue"
) -> SafeString:
    """A bar; `label` is read out, not seen."""
    css = f"meter meter-{_one_of(tone, METER_TONES)}"
    return format_html('<progress class="{}" value="{}" max="{}" aria-label="{}"></progress>', css, value, of, label)


# Buttons


@register.simple_tag
def button(
    label: StrOrPromise,
    *,
    href: str = "",
    tone: str = "plain",
    icon: str = "",
    size: str = "",
    kind: str = "submit",
    name: str = "",
    value: str = "",
    opens: str = "",
    closes: bool = False,
    sheet: str = "",
    get: str = "",
    target: str = "",
    swap: str = "outerHTML",
    why: StrOrPromise = "",
    bare: bool = False,
) -> SafeString:
    """A button, or a link when it has an `href`.

    opens    id of a <dialog> of this page (with `href` as the way without a script)
    sheet    loads `href`'s region into the shared dialog; the value is its title
    get      htmx fetches this into `target`
    why      can't be pressed now, and this is the reason: it is seen and read out
    bare     only the icon is seen, the label is read out
    """
    _one_of(tone, BUTTON_TONES)
    _one_of(size, SIZES)
    return _drawn("ui/button.html", {**locals(), "icon_name": icon})


@register.simple_tag(takes_context=True)
def post_button(
    context: Context,
    label: StrOrPromise,
    *,
    url: str,
    target: str = "",
    swap: str = "outerHTML",
    tone: str = "plain",
    icon: str = "",
    size: str = "",
    name: str = "",
    value: object = "",
    menu: bool = False,
    bare: bool = False,
) -> SafeString:
    """One verb in one press: a form of its own that posts to `url`, with or without a script.

    `name`/`value` travel with it; `target` is the region that the answer replaces; `menu` draws it as a menu's item.
    """
    _one_of(tone, BUTTON_TONES)
    given = {key: found for key, found in locals().items() if key != "context"}
    return _drawn("ui/post_button.html", {**given, "icon_name": icon, "csrf_token": context.get("csrf_token")})


@register.inclusion_tag("ui/copy.html")
def copy_button(
    label: StrOrPromise, *, text: str = "", source: str = "", tone: str = "plain", size: str = ""
) -> dict[str, object]:
    """Puts ``text`` on the clipboard, or what the field with the id ``source`` says by then."""
    _one_of(tone, BUTTON_TONES)
    _one_of(size, SIZES)
    return {"label": label, "text": text, "source": source, "tone": tone, "size": size}


@register.simple_block_tag
def menu(content: str, *, label: StrOrPromise, icon: str = "dots", tone: str = "quiet", size: str = "") -> SafeString:
    """A button that unfolds `.menu-item` links and `{% post_button … menu=True %}`."""
    _one_of(tone, BUTTON_TONES)
    given = {"content": content, "label": label, "icon_name": icon, "tone": tone, "size": size}
    return _drawn("ui/menu.html", given)


# Surfaces


@register.simple_block_tag
def card(
    content: str,
    *,
    title: StrOrPromise = "",
    id: str = "",
    tools: str = "",
    count: object = None,
    flush: bool = False,
) -> SafeString:
    """A surface with a heading. `flush` for tables and lists that bring their own padding; `tools` is markup
    at the right of the heading (`{% button … as tools %}`)."""
    given = {"content": content, "title": title, "id": id, "tools": tools, "count": count, "flush": flush}
    return _drawn("ui/card.html", given)


@register.simple_block_tag
def empty(content: str, *, title: StrOrPromise, text: StrOrPromise = "", icon: str = "mood-empty") -> SafeString:
    """What belongs here, and between the tags the first thing to do about it."""
    return _drawn("ui/empty.html", {"content": _trimmed(content), "title": title, "text": text, "icon_name": icon})


@register.simple_block_tag
def notice(content: str, *, tone: str = "blue", title: StrOrPromise = "") -> SafeString:
    _one_of(tone, NOTICE_TONES)
    drawing = {"blue": "info-circle", "orange": "alert-triangle", "red": "alert-circle", "green": "circle-check"}[tone]
    return _drawn("ui/notice.html", {"content": content, "tone": tone, "title": title, "icon_name": drawing})


@register.simple_block_tag
def dialog(content: str, *, id: str, title: StrOrPromise, wide: bool = False) -> SafeString:
    """Opened by `{% button … opens=id %}`."""
    return _drawn("ui/dialog.html", {"content": content, "id": id, "title": title, "wide": wide})


@register.simple_block_tag
def facts(content: str, *, wide: bool = False) -> SafeString:
    """A list of `{% fact %}`s; `wide` sets the labels above, in columns."""
    return format_html('<dl class="{}">{}</dl>', "facts facts-wide" if wide else "facts", mark_safe(content))  # noqa: S308


@register.simple_block_tag
def fact(content: str, label: StrOrPromise) -> SafeString:
    """One label and what is known; nothing known is a dash."""
    known = _trimmed(content) or NONE
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, known)


@register.simple_block_tag
def timeline_item(
    content: str,
    *,
    title: StrOrPromise,
    when: datetime | date | None = None,
    who: str = "",
    icon: str = "message",
    tone: str = "gray",
    today: date | None = None,
) -> SafeString:
    """An entry of `<ol class="timeline">`."""
    _one_of(tone, TONES)
    said = moment(when, today=today) if isinstance(when, datetime) else day(when, today=today)
    given = {"content": _trimmed(content), "title": title, "who": who, "icon_name": icon, "tone": tone}
    return _drawn("ui/timeline_item.html", {**given, "when": said if when else ""})


@register.inclusion_tag("ui/chart.html")
def chart(figure: Chart) -> dict[str, Any]:
    """The figures as a drawing, and as a table for who doesn't see it. Draws nothing where nothing is known."""
    return {"chart": figure, "figures": json_script(figure.as_json())}


@register.inclusion_tag("ui/stat.html")
def stat(
    label: StrOrPromise, value: object, *, note: StrOrPromise = "", tone: str = "", href: str = ""
) -> dict[str, Any]:
    """One figure. `tone` good, warn or bad colours the note."""
    _one_of(tone, ("", "good", "warn", "bad"))
    return {"label": label, "value": value, "note": note, "tone": tone, "href": href}


@register.inclusion_tag("ui/path.html")
def path(steps: Iterable[PathStep], *, label: StrOrPromise) -> dict[str, Any]:
    """The steps of a case as a strip that is also the way into each room. `label` names the strip."""
    found = list(steps)
    for step in found:
        _one_of(step.state, PATH_STATES)
    return {"steps": found, "label": label}


@register.inclusion_tag("ui/reasons.html")
def reasons(lines: Iterable[Line | tuple[StrOrPromise, str, str]], *, action: StrOrPromise = "") -> dict[str, Any]:
    """Every reason with the way to put it right. Takes Lines or (text, url, kind); `action` is the link's word."""
    found = [line if isinstance(line, Line) else Line(*line) for line in lines]
    for line in found:
        _one_of(line.kind, REASON_KINDS)
    return {"lines": found, "action": action}


# Lists


@register.simple_tag
def cell(content: object, *, css: str = "") -> SafeString:
    """A table's cell. Nothing known is a dash, and is left out on the phone."""
    if content in (None, "", NONE):
        content, css = NONE, css if "only-desk" in css else f"{css} only-desk".strip()
    return format_html('<td class="{}">{}</td>' if css else "<td{}>{}</td>", css, content)


@register.inclusion_tag("ui/tabs.html")
def tabs(items: Iterable[Tab], *, label: StrOrPromise) -> dict[str, Any]:
    return {"tabs": list(items), "label": label}


@register.inclusion_tag("ui/filters.html", takes_context=True)
def filter_bar(
    context: Context, form: forms.BaseForm, *, target: str, url: str = "", clear: bool = True
) -> dict[str, Any]:
    """The filters of a list: works as a plain form, and with htmx replaces `target` (`#list`) while typing.

    The address always says what is seen. `url` defaults to the present page. On the phone a long one shows its first
    field; the others unfold.
    """
    request = context["request"]
    seen = [name for name, field in form.fields.items() if not field.widget.is_hidden]
    asked = [name for name in seen if request.GET.get(form.add_prefix(name))]
    return {
        "form": form,
        "target": target,
        "url": url or request.path,
        "asked": clear and bool(asked),
        "is_long": len(seen) > SHORT_FILTER,
        "is_open": any(name != seen[0] for name in asked),
    }


@register.inclusion_tag("ui/pager.html", takes_context=True)
def pager(
    context: Context, *, next: str | None, target: str = "", shown: int | None = None, total: StrOrPromise = ""
) -> dict[str, Any]:
    """Keyset paging: `next` is the next page's cursor or None. `total` is said as it stands ("10000+")."""
    request = context["request"]
    return {
        "next": _address(request.GET, request.path, next) if next else "",
        "first": _address(request.GET, request.path, "") if request.GET.get("cursor") else "",
        "target": target,
        "shown": shown,
        "total": total,
    }


@register.inclusion_tag("ui/sort.html", takes_context=True)
def sort(context: Context, label: StrOrPromise, *, by: str, target: str = "") -> dict[str, Any]:
    """A column's heading that sorts: `?sort=by`, pressed again `?sort=-by`."""
    request = context["request"]
    now = request.GET.get("sort", "")
    query = request.GET.copy()
    query["sort"] = f"-{by}" if now == by else by
    query.pop("cursor", None)
    return {
        "label": label,
        "url": f"{request.path}?{query.urlencode()}",
        "target": target,
        "state": {by: "ascending", f"-{by}": "descending"}.get(now, "none"),
    }


# Forms


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField, *, prefix: StrOrPromise = "", suffix: StrOrPromise = "") -> dict[str, Any]:
    """A field with label, help and errors; `prefix`/`suffix` are set beside its input (¥, 万元)."""
    return {"field": bound, "prefix": prefix, "suffix": suffix}


@register.inclusion_tag("ui/form_errors.html")
def form_errors(form: forms.BaseForm, *, title: StrOrPromise = "") -> dict[str, Any]:
    """What is wrong, on top of a form: its own errors and a link to each field that has one.

    `title` says what can't be done yet, where that isn't saving.
    """
    wrong = [form[name] for name in form.fields if name in form.errors]
    return {"errors": form.non_field_errors() if form.is_bound else [], "fields": wrong, "title": title}


# Messages


@register.simple_tag(takes_context=True)
def once(context: Context) -> SafeString:
    """Names this form, so that it is carried out once however often it is sent (see ``accounts.access.once``).

    A form that comes back with mistakes keeps its name; one in the answer to a write that worked is another form.
    """
    request = context.get("request")
    kept = request.POST.get("once", "") if request is not None and CARRIED_OUT not in request.META else ""
    token = kept or uuid4().hex
    return format_html('<input type="hidden" name="once" value="{}">', token)


@register.simple_tag(takes_context=True)
def csrf_header(context: Context) -> str:
    """For hx-headers on <body>: what htmx must send with every request."""
    return f'{{"X-CSRFToken": "{context.get("csrf_token", "")}"}}'


def _address(query: Any, path: str, cursor: str | None) -> str:
    changed = query.copy()
    changed.pop("cursor", None)
    if cursor:
        changed["cursor"] = cursor
    return f"{path}?{changed.urlencode()}" if changed else path


def _drawn(name: str, given: Mapping[str, Any]) -> SafeString:
    return render_to_string(name, dict(given))


def _trimmed(content: str) -> SafeString:
    """What a block tag holds was rendered and escaped already; stripping alone would forget that."""
    return mark_safe(content.strip())  # noqa: S308


def _one_of(value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ValueError(f"{value!r} is none of {', '.join(map(repr, allowed))}")
    return value
