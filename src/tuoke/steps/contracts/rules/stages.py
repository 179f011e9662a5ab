"""The instalments that a payment clause names: what share or amount is due, upon what, within how many days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tuoke.services.exchange.rules import cents
from tuoke.steps.contracts.rules.reading import Value, ValueKind, values_of


class Event(StrEnum):
    """What an instalment waits for."""

    SIGNED = "signed"
    STARTED = "started"
    DELIVERED = "delivered"
    LIVE = "live"
    ACCEPTED = "accepted"
    WARRANTY = "warranty"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """``percent`` of the whole or ``amount`` in yuan, whichever is said (both, where both are). ``days`` after the event,
    working days where ``is_workdays``; ``on`` an ISO date. ``text`` is the sentence it stands in."""

    text: str
    percent: Decimal | None = None
    amount: Decimal | None = None
    event: Event = Event.UNKNOWN
    days: int | None = None
    is_workdays: bool = False
    on: str = ""

    def worth(self, total: Decimal | None) -> Decimal | None:
        """Yuan to the cent; None where only a share of an unknown whole is said."""
        if self.amount is not None:
            return self.amount
        return cents(total * self.percent / 100) if total is not None and self.percent is not None else None


def stages_of(text: str) -> tuple[Stage, ...]:
    """In reading order. Sentences about penalties and refunds name no instalments, nor do those that name the whole, nor is
    a rate of tax a share.
    Shares alone will do: 3-6-1, 30/60/10."""
    if bare := _bare_shares(text):
        return tuple(Stage(f"{share:f}%", percent=share) for share in bare)
    found: list[Stage] = []
    for sentence in _sentences(_TAX.sub("", text)):
        values = values_of(sentence)
        shares = [value for value in values if value.kind is ValueKind.PERCENT]
        sums = [value for value in values if value.kind is ValueKind.MONEY]
        if not (shares or sums) or _NOT_DUE.search(sentence):
            continue
        if not shares and _WHOLE.search(sentence):
            continue
        found += _split(sentence, shares or sums)
    return tuple(found)


def is_whole(stages: Sequence[Stage]) -> bool:
    """Whether the shares add up to 100 %; vacuously where not all are shares."""
    shares = [stage.percent for stage in stages]
    return None in shares or not shares or sum(share for share in shares if share is not None) == 100


_SENTENCE = re.compile(r"[。；;\n]")
_NOT_DUE = re.compile(r"违约金|赔偿|滞纳金|逾期.{0,12}(?:支付|按|每)|税率|增值税专用发票税率|退还")
_RATE = r"\d+(?:\.\d+)?\s*[%％]"
_TAX = re.compile(rf"{_RATE}\s*的?(?:增值)?税|税(?:(?:专用|普通)?发票)?(?:率|点)?[为是按:：（(\s]*{_RATE}")
_WHOLE = re.compile(r"总价|总金额|合同金额|合同总额|总额|总费用|价款合计|合计")
_EVENTS: Sequence[tuple[Event, str]] = (
    (Event.WARRANTY, "质保|保修|尾款"),
    (Event.ACCEPTED, "验收|终验|初验"),
    (Event.LIVE, "上线|投产|部署|试运行"),
    (Event.DELIVERED, "到货|交货|发货|交付|培训|安装"),
    (Event.STARTED, "启动|开工|进场"),
    (Event.SIGNED, "签订|签署|签约|签字|生效|首付|预付|定金|订金|首期"),
)


def event_of(text: str) -> Event:
    return next((event for event, words in _EVENTS if re.search(words, text)), Event.UNKNOWN)


_BARE = re.compile(r"\d{1,2}(?:\s*[-–—:：/]\s*\d{1,2}){1,7}")


def _bare_shares(text: str) -> list[Decimal]:
    match = _BARE.fullmatch(text.strip().removesuffix("付款").strip())
    numbers = [Decimal(said) for said in re.findall(r"\d+", match[0])] if match else []
    whole = sum(numbers, Decimal(0))
    return [number * 100 / whole for number in numbers] if whole in (10, 100) else []


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE.split(text) if sentence.strip()]


def _split(sentence: str, dues: list[Value]) -> list[Stage]:
    """One piece of the sentence for each that is due: 首付 40%，上线 40%，验收 20%."""
    pieces, start = [], 0
    for place, due in enumerate(dues):
        following = dues[place + 1].start if place + 1 < len(dues) else len(sentence)
        comma = [m.start() for m in re.finditer(r"[,，、/]", sentence[due.end : following])]
        end = due.end + comma[-1] if comma and place + 1 < len(dues) else following
        pieces.append(sentence[start:end])
        start = end
    return [_stage(piece.strip(" ,，、/\t")) for piece in pieces]


def _stage(text: str) -> Stage:
    values = values_of(text)
    first = {kind: next((v for v in values if v.kind is kind), None) for kind in ValueKind}
    share, amount = first[ValueKind.PERCENT], first[ValueKind.MONEY]
    span, day = first[ValueKind.SPAN], first[ValueKind.DATE]
    in_days = span if span is not None and span.unit in ("day", "workday") else None
    return Stage(
        text=text,
        percent=share.amount if share else None,
        amount=amount.amount if amount else None,
        event=event_of(text),
        days=int(in_days.amount) if in_days is not None and in_days.amount is not None else None,
        is_workdays=in_days is not None and in_days.unit == "workday",
        on=day.day if day else "",
    )
