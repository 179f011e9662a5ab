"""The Gantt chart as SVG, and its list of lines: written as text, so that 300 lines cost little more than to read them.

Positions are attributes, never styles: the content policy allows none. Without a script every bar is a link to its form.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tuoke.services.calendar.rules import Workdays
from tuoke.steps.contracts.kickoff.models import PARTY_NAMES
from tuoke.steps.contracts.kickoff.queries import Line, Sheet
from tuoke.steps.contracts.kickoff.rules import Party, Span
from tuoke.steps.contracts.kickoff.rules.drawing import BAR, HEAD, ROW, Drawing, Zoom, drawn, share


def chart_of(sheet: Sheet, *, zoom: Zoom, today: date, calendar: Workdays) -> Drawing:
    places = {line.key: at for at, line in enumerate(sheet.lines)}
    links = [(places[link.before], places[link.after]) for link in sheet.links]
    spans = [Span(line.starts_on, line.ends_on) for line in sheet.lines]
    return drawn(spans, links, zoom=zoom, today=today, calendar=calendar)


def svg(sheet: Sheet, drawing: Drawing, *, today: date, may_write: bool) -> SafeString:
    """Scale, free days, arrows, bars, today."""
    height = drawing.height
    edit, move = _addresses("kickoff:edit"), _addresses("kickoff:move")
    bars = [
        _bar(line, at, drawing.bars[at], today=today, address=edit(line.key), move=move(line.key) if may_write else "")
        for at, line in enumerate(sheet.lines)
    ]
    parts = [
        f'<svg class="gantt-svg" xmlns="http://www.w3.org/2000/svg" width="{drawing.width}" height="{height}" '
        f'viewBox="0 0 {drawing.width} {height}" role="group" aria-label="{escape(_("甘特图"))}" '
        f'data-first="{drawing.first.isoformat()}" data-pixels="{drawing.pixels}" '
        f'data-free="{" ".join(f"{at}:{count}" for at, count in drawing.free)}">',
        _ground(drawing),
        _scale(drawing),
        f'<path class="gantt-arrows" d="{"".join(drawing.arrows)}"/>',
        *bars,
    ]
    if drawing.today is not None:
        x = drawing.today + drawing.pixels // 2
        parts.append(f'<line class="gantt-today" x1="{x}" x2="{x}" y1="{HEAD - 4}" y2="{height}"/>')
        parts.append(f'<rect class="gantt-today-sign" x="{x - 19}" y="3" width="38" height="17" rx="8"/>')
        parts.append(f'<text class="gantt-today-word" x="{x}" y="15.5">{escape(_("今天"))}</text>')
    return mark_safe("".join([*parts, "</svg>"]))  # noqa: S308  # every word in it is escaped above


def rows(sheet: Sheet, *, today: date, may_write: bool) -> SafeString:
    """The lines beside the chart; on the phone the list itself, each line with a bar of its own."""
    first = min((line.starts_on for line in sheet.lines), default=today)
    whole = Span(first, sheet.ends_on or today)
    edit, done = _addresses("kickoff:edit"), _addresses("kickoff:done")
    return mark_safe(  # noqa: S308
        "".join(
            _row(line, whole, today=today, edit=edit(line.key), done=done(line.key), may_write=may_write)
            for line in sheet.lines
        )
    )


def dates_said(line: Line) -> str:
    if line.starts_on == line.ends_on:
        return f"{line.starts_on:%m-%d}"
    return f"{line.starts_on:%m-%d} – {line.ends_on:%m-%d}"


def who_said(line: Line) -> str:
    return line.owner or line.contact or (str(PARTY_NAMES[Party(line.party)]) if line.party else "")


def state_said(line: Line, today: date) -> str:
    if line.done_on:
        return _("已完成 %(date)s") % {"date": f"{line.done_on:%m-%d}"}
    if line.is_late(today):
        return _("逾期 %(days)s 天") % {"days": line.days_late(today)}
    return ""


def tone_of(line: Line, today: date) -> str:
    if line.done_on:
        return "is-done"
    if line.is_late(today):
        return "is-late"
    return "is-theirs" if line.party == Party.CUSTOMER else "is-ours"


def _addresses(name: str) -> Callable[[int], str]:
    """Addresses of many lines: one is worked out, the number put in."""
    pattern = reverse(name, args=[0])
    before, _zero, after = pattern.rpartition("/0/")
    return lambda key: f"{before}/{key}/{after}"


def _bar(line: Line, at: int, place: tuple[int, int], *, today: date, address: str, move: str) -> str:
    x, width = place
    y = HEAD + at * ROW + (ROW - BAR) // 2
    said = " · ".join(filter(None, (line.name, _long_dates(line), who_said(line), state_said(line, today))))
    moves = f' data-move="{move}"' if move and not line.done_on else ""
    tag, opens = ("a", f'href="{address}"') if move else ("g", 'role="img" tabindex="0"')
    head = (
        f'<{tag} class="gantt-bar {tone_of(line, today)}" {opens} id="bar-{line.key}" data-line="{line.key}" '
        f'data-version="{line.version}" data-starts="{line.starts_on.isoformat()}" data-ends="{line.ends_on.isoformat()}" '
        f'data-days="{line.days}"{moves} aria-label="{escape(said)}"><title>{escape(said)}</title>'
    )
    if line.is_milestone:
        middle = x + width // 2
        shape = f'<path class="gantt-shape" d="M{middle} {y}l10 10l-10 10l-10 -10z"/>'
        label = f'<text class="gantt-word" x="{middle + 16}" y="{y + 15}">{escape(line.name)}</text>'
        return f"{head}{shape}{label}</{tag}>"
    grip = f'<rect class="gantt-grip" x="{x + width - 8}" y="{y}" width="8" height="{BAR}"/>' if moves else ""
    inside = width >= len(line.name) * 13 + 12
    word = "gantt-word is-inside" if inside else "gantt-word"
    label = f'<text class="{word}" x="{x + 8 if inside else x + width + 6}" y="{y + 15}">{escape(line.name)}</text>'
    return (
        f'{head}<rect class="gantt-shape" x="{x}" y="{y}" width="{width}" height="{BAR}" rx="4"/>{grip}{label}</{tag}>'
    )


def _long_dates(line: Line) -> str:
    if line.is_milestone:
        return line.starts_on.isoformat()
    said = {"from": line.starts_on.isoformat(), "to": line.ends_on.isoformat(), "days": line.days}
    return _("%(from)s 至 %(to)s，%(days)s 个工作日") % said


def _row(line: Line, whole: Span, *, today: date, edit: str, done: str, may_write: bool) -> str:
    at, length = share(Span(line.starts_on, line.ends_on), whole)
    state = state_said(line, today)
    tone = tone_of(line, today)
    said = f'<span class="gantt-state {tone}">{escape(state)}</span>' if state else ""
    name = escape(line.name)
    title = (
        f'<a class="gantt-name" id="line-{line.key}" href="{edit}" hx-get="{edit}" data-sheet="{name}">{name}</a>'
        if may_write
        else f'<span class="gantt-name" id="line-{line.key}">{name}</span>'
    )
    tick = (
        f'<a class="gantt-tick" href="{done}" hx-get="{done}" data-sheet="{escape(_("完成"))}" '
        f'aria-label="{escape(_("完成 %(name)s") % {"name": line.name})}">○</a>'
        if may_write and not line.done_on
        else f'<span class="gantt-tick" aria-hidden="true">{"●" if line.done_on else "○"}</span>'
    )
    return (
        f'<li class="gantt-row">{tick}{title}<span class="gantt-who">{escape(who_said(line))}</span>'
        f'<span class="gantt-dates">{dates_said(line)}</span>{said}'
        f'<svg class="gantt-mini" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="gantt-track" width="100" height="6"/><rect class="gantt-shape {tone}" x="{at}" width="{length}" height="6"/></svg></li>'
    )


def _ground(drawing: Drawing) -> str:
    pixels, height = drawing.pixels, drawing.height
    free = "".join(f"M{at * pixels} {HEAD}h{count * pixels}V{height}h-{count * pixels}z" for at, count in drawing.free)
    lines = "".join(f"M0 {HEAD + n * ROW}.5H{drawing.width}" for n in range(len(drawing.bars) + 1))
    return f'<path class="gantt-free" d="{free}"/><path class="gantt-lines" d="{lines}"/>'


def _scale(drawing: Drawing) -> str:
    """Months above, days or weeks below; a month that has no room for its name goes without."""
    said = []
    ends = [x for x, _day in drawing.months[1:]] + [drawing.width]
    for (x, day), end in zip(drawing.months, ends, strict=True):
        said.append(f'<path class="gantt-month" d="M{x}.5 0V{HEAD}"/>')
        if end - x >= 72:
            said.append(
                f'<text class="gantt-scale" x="{x + 6}" y="16">{escape(date_format(day, "YEAR_MONTH_FORMAT"))}</text>'
            )
        elif end - x >= 36:
            said.append(f'<text class="gantt-scale" x="{x + 4}" y="16">{day:%y-%m}</text>')
    for x, day in drawing.ticks:
        label = f"{day.day}" if drawing.zoom is Zoom.DAY else f"{day:%m-%d}"
        said.append(f'<text class="gantt-tick-word" x="{x + 4}" y="36">{label}</text>')
    return "".join(said)
