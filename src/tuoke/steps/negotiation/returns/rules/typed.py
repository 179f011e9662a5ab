"""A calculation as it is typed, by us beside the customer or by him on his page: the same fields, read the same way.

Whatever stands in the form, nothing of it is lost: ``Typed.values`` is what the inputs show again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange import rules as exchange
from tuoke.services.exchange.rules import Problem
from tuoke.steps.negotiation.returns.rules.figures import FREE_LINES, MOST_RIVALS, Figures, Rival, Saving

TYPED_LIMIT = 200
MONEY = ("investment", "one_off", "running")
WHOLE = ("delay", "years")
MEASURED = ("current", "expected", "unit_value", "times")
RIVAL = ("rival_name", "rival_price", "rival_running", "rival_other")
_CODES = {"negative": "figure_negative", "foreign_currency": "foreign_currency", "amount_is_range": "amount_is_range"}


@dataclass(frozen=True, slots=True)
class Typed:
    """``figures`` is what could be read; only sound where ``verdict`` says yes."""

    values: Mapping[str, str]
    figures: Figures
    verdict: Verdict


def typed(given: Mapping[str, str], *, base: Figures, is_ours: bool) -> Typed:
    """Read a form that was drawn for ``base``. Names, units and directions are those of ``base``, whatever was sent.

    ``is_ours``: also two savings and three rivals of our own may be added; the customer plays with what is there.
    """
    reader = _Reader(given)
    savings = [_saving(reader, saving, place) for place, saving in enumerate(base.savings)]
    rivals = base.rivals
    if is_ours:
        savings += _free(reader)
        rivals = tuple(_rivals(reader))
    figures = Figures(
        investment=reader.figure("investment", money=True),
        one_off=reader.figure("one_off", money=True) or Decimal(0),
        running=reader.figure("running", money=True) or Decimal(0),
        delay=reader.whole("delay", otherwise=base.delay),
        years=reader.whole("years", otherwise=base.years),
        savings=tuple(savings),
        rivals=rivals,
    )
    unread = {str(reason.params["field"]) for reason in reader.verdict.reasons}
    sound = tuple(r for r in figures.faults().reasons if r.params.get("field") not in unread)
    return Typed(reader.values, figures, reader.verdict & Verdict(sound))


def as_typed(figures: Figures) -> dict[str, str]:
    """The values of the inputs for these figures."""
    values = {name: _plain(getattr(figures, name)) for name in MONEY}
    values |= {name: str(getattr(figures, name)) for name in WHOLE}
    for place, saving in enumerate(figures.savings):
        names = MEASURED if saving.is_measured else ("amount",)
        values |= {f"{name}-{place}": _plain(getattr(saving, name)) for name in names}
    for place, rival in enumerate(figures.rivals):
        said = (rival.name, _plain(rival.price), _plain(rival.running), _plain(rival.other))
        values |= {f"{name}-{place}": value for name, value in zip(RIVAL, said, strict=True)}
    return values


def differences(before: Figures, after: Figures) -> tuple[str, ...]:
    """The fields in which two calculations of the same lines differ: current-0, running."""
    old, new = as_typed(before), as_typed(after)
    return tuple(name for name in {**old, **new} if old.get(name, "") != new.get(name, ""))


class _Reader:
    """Reads field by field and keeps what was wrong."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = given
        self.values: dict[str, str] = {}
        self.verdict = YES

    def text(self, name: str) -> str:
        said = self.given.get(name, "").strip()
        self.values[name] = said[:TYPED_LIMIT]
        return said

    def figure(self, name: str, *, money: bool = False) -> Decimal | None:
        said = self.text(name)
        found = None if not said else (_amount if money else _number)(said[: TYPED_LIMIT + 1])
        if isinstance(found, Problem):
            self.verdict &= no(_CODES.get(found.code, "figure_unclear"), field=name)
            return None
        return found

    def whole(self, name: str, *, otherwise: int) -> int:
        said = self.text(name) if name in self.given else ""
        if not said:
            self.values[name] = str(otherwise)
            return otherwise
        found = exchange.number(said[: TYPED_LIMIT + 1])
        if not isinstance(found, Decimal) or found != found.to_integral_value():
            self.verdict &= no("figure_not_whole", field=name)
            return otherwise
        return int(found)


def _saving(reader: _Reader, saving: Saving, place: int) -> Saving:
    """An empty figure isn't zero: it is missing."""
    names = MEASURED if saving.is_measured else ("amount",)
    read = {name: reader.figure(f"{name}-{place}", money=name == "amount") for name in names}
    for name in [name for name, figure in read.items() if figure is None]:
        if not reader.values[f"{name}-{place}"]:
            reader.verdict &= no("figure_missing", field=f"{name}-{place}")
        read.pop(name)
    changed: Callable[..., Saving] = replace
    return changed(saving, **read)


def _free(reader: _Reader) -> list[Saving]:
    """Savings that are added while one talks: a name and an amount a year; empty lines are left out."""
    found = []
    for place in range(FREE_LINES):
        name, amount = reader.text(f"free_name-{place}"), reader.figure(f"free_amount-{place}", money=True)
        if name or amount is not None:
            fault = Saving(name, amount or Decimal(0)).faults(place=0)
            for reason in fault.reasons:
                field = str(reason.params["field"]).partition("-")[0]
                reader.verdict &= no(reason.code, **{**reason.params, "field": f"free_{field}-{place}"})
            if name and amount is None and not reader.values[f"free_amount-{place}"]:
                reader.verdict &= no("figure_missing", field=f"free_amount-{place}")
            if fault:
                found.append(Saving(name, amount or Decimal(0)))
    return found


def _rivals(reader: _Reader) -> list[Rival]:
    """Without a name and a price there is no rival."""
    found = []
    for place in range(MOST_RIVALS):
        name = reader.text(f"rival_name-{place}")
        price, running, other = (reader.figure(f"{field}-{place}", money=True) for field in RIVAL[1:])
        if not name and price is None and running is None and other is None:
            continue
        if price is None and not reader.values[f"rival_price-{place}"]:
            reader.verdict &= no("figure_missing", field=f"rival_price-{place}")
        rival = Rival(name, price or Decimal(0), running or Decimal(0), other or Decimal(0))
        faults = rival.faults(place=place)
        reader.verdict &= faults
        if faults and price is not None:
            found.append(rival)
    return found


def _number(said: str) -> Decimal | Problem | None:
    found = exchange.number(said)
    is_unclear = isinstance(found, Problem) and found.code == "number_unclear"
    return exchange.amount(said, "元") if is_unclear else found  # 1.5万, 0.68元


def _amount(said: str) -> Decimal | Problem | None:
    return exchange.amount(said, "元")


def _plain(figure: Decimal | None) -> str:
    return "" if figure is None else f"{figure.normalize():f}"
