"""The Gantt chart as SVG, and its list of lines: written as text, so that 300 lines cost little more than to read them.

Positions are attributes, never styles: the content policy allows none. Without a script every bar is a link to its form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from html import escape

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tuoke.services.calendar.rules import Workdays
from tuoke.steps.contracts.kickoff.models import PARTY_NAMES
from tuoke.steps.contracts.kickoff.queries import Line, Sheet
from tuoke.steps.contracts.kickoff.rules import Party, Span
from tuoke.steps.contracts.kickoff.rules.drawing import BAR, HEAD, ROW, Drawing, Zoom, drawn, share


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of every line, in the reader's language: looked up once a chart, not once a line."""

    span: str
    done: str
    finished: str
    finish: str
    late: str
    parties: dict[str, str]

    @classmethod
    def spoken(cls) -> Words:
        return cls(
            span=_("%(from)s 至 %(to)s，%(days)s 个工作日"),
            done=_("已完成 %(date)s"),
            finished=_("完成 %(name)s"),
            finish=escape(_("完成")),
            late=_("逾期 %(days)s 天"),
            parties={party.value: str(name) for party, name in PARTY_NAMES.items()},
        )

    def who(self, line: Line) -> str:
        return line.owner or line.contact or self.parties.get(line.party, "")

    def state(self, line: Line, today: date) -> str:
        if line.done_on:
            return self.done % {"date": f"{line.done_on:%m-%d}"}
        return self.late % {"days": line.days_late(today)} if line.is_late(today) else ""

    def dates(self, line: Line) -> str:
        if line.is_milestone:
            return line.starts_on.isoformat()
        return self.span % {"from": line.starts_on.isoformat(), "to": line.ends_on.isoformat(), "days": line.days}


def chart_of(sheet: Sheet, *, zoom: Zoom, today: date, calendar: Workdays) -> Drawing:
    places = {line.key: at for at, line in enumerate(sheet.lines)}
    links = [(places[link.before], places[link.after]) for link in sheet.links]
    spans = [Span(line.starts_on, line.ends_on) for line in sheet.lines]
    return drawn(spans, links, zoom=zoom, today=today, calendar=calendar)


def svg(sheet: Sheet, drawing: Drawing, *, today: date, may_write: bool) -> SafeString:
    """Scale, free days, arrows, bars, today."""
    height = drawing.height
    edit, move = _addresses("kickoff:edit"), _addresses("kickoff:move")
    words = Words.spoken()
    bars = [
        _bar(
            line, at, drawing.bars[at], words, today=today, address=edit(line.key),
            move=move(line.key) if may_write else "",
        )
        for at, line in enumerate(sheet.lines)
    ]  # fmt: skip
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
    edit, done, words = _addresses("kickoff:edit"), _addresses("kickoff:done"), Words.spoken()
    return mark_safe(  # noqa: S308
        "".join(
            _row(line, whole, words, today=today, edit=edit(line.key), done=done(line.key), may_write=may_write)
            for line in sheet.lines
        )
    )


def dates_said(line: Line) -> str:
    if line.starts_on == line.ends_on:
        return line.starts_on.isoformat()[5:]
    return f"{line.starts_on.isoformat()[5:]} – {line.ends_on.isoformat()[5:]}"


def who_said(line: Line) -> str:
    return Words.spoken().who(line)


def state_said(line: Line, today: date) -> str:
    return Words.spoken().state(line, today)


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


def _bar(line: Line, at: int, place: tuple[int, int], words: Words, *, today: date, address: str, move: str) -> str:
    x, width = place
    y = HEAD + at * ROW + (ROW - BAR) // 2
    name = escape(line.name)
    more = (words.dates(line), words.who(line), words.state(line, today))
    said = " · ".join([name, *(escape(one) for one in more if one)])
    moves = f' data-move="{move}"' if move and not line.done_on else ""
    tag, opens = ("a", f'href="{address}"') if move else ("g", 'role="img" tabindex="0"')
    head = (
        f'<{tag} class="gantt-bar {tone_of(line, today)}" {opens} id="bar-{line.key}" data-line="{line.key}" '
        f'data-version="{line.version}" data-starts="{line.starts_on.isoformat()}" data-ends="{line.ends_on.isoformat()}" '
        f'data-days="{line.days}"{moves} aria-label="{said}"><title>{said}</title>'
    )
    if line.is_milestone:
        middle = x + width // 2
        shape = f'<path class="gantt-shape" d="M{middle} {y}l10 10l-10 10l-10 -10z"/>'
        label = f'<text class="gantt-word" x="{middle + 16}" y="{y + 15}">{name}</text>'
        return f"{head}{shape}{label}</{tag}>"
    grip = f'<rect class="gantt-grip" x="{x + width - 8}" y="{y}" width="8" height="{BAR}"/>' if moves else ""
    inside = width >= len(line.name) * 13 + 12
    word = "gantt-word is-inside" if inside else "gantt-word"
    label = f'<text class="{word}" x="{x + 8 if inside else x + width + 6}" y="{y + 15}">{name}</text>'
    return (
        f'{head}<rect class="gantt-shape" x="{x}" y="{y}" width="{width}" height="{BAR}" rx="4"/>{grip}{label}</{tag}>'
    )


def _row(line: Line, whole: Span, words: Words, *, today: date, edit: str, done: str, may_write: bool) -> str:
    at, length = share(Span(line.starts_on, line.ends_on), whole)
    state = words.state(line, today)
    tone = tone_of(line, today)
    said = f'<span class="gantt-state {tone}">{escape(state)}</span>' if state else ""
    name = escape(line.name)
    title = (
        f'<a class="gantt-name" id="line-{line.key}" href="{edit}" hx-get="{edit}" data-sheet="{name}">{name}</a>'
        if may_write
        else f'<span class="gantt-name" id="line-{line.key}">{name}</span>'
    )
    tick = (
        f'<a class="gantt-tick" href="{done}" hx-get="{done}" data-sheet="{words.finish}" '
        f'aria-label="{escape(words.finished % {"name": line.name})}">○</a>'
        if may_write and not line.done_on
        else f'<span class="gantt-tick" aria-hidden="true">{"●" if line.done_on else "○"}</span>'
    )
    return (
        f'<li class="gantt-row">{tick}{title}<span class="gantt-who">{escape(words.who(line))}</span>'
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
