"""The contract beside what was agreed: every point at which they part (S7.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from tuoke.services.exchange.rules import cents
from tuoke.steps.contracts.rules.content import fingerprint
from tuoke.steps.contracts.rules.findings import Agreed, Finding, Line, Said, Sheet, Sort, What
from tuoke.steps.contracts.rules.likeness import ENOUGH, Sentence, nearest, pairs_of, sentences_of
from tuoke.steps.contracts.rules.reading import Value, ValueKind, equal_in, values_of
from tuoke.steps.contracts.rules.stages import Event, Stage, is_whole, stages_of
from tuoke.steps.contracts.rules.states import NEEDED, Part
from tuoke.steps.negotiation.rules import Terms
from tuoke.steps.negotiation.rules.lines import clause_name, touches


def compare(sheet: Sheet, agreed: Agreed | None) -> tuple[Finding, ...]:
    """Every departure, the gravest matters first; ``agreed`` None: only what the contract says twice, or not at all.

    Pure: two texts give the same findings with the same keys and seals whenever they are compared.
    """
    sentences = sentences_of(sheet.clauses)
    found = [*_parts(sheet), *_foreign(sheet), *_own_totals(sheet, sentences)]
    if agreed is not None:
        terms = agreed.terms
        found += [
            *_price(sheet, terms),
            *_delivery(sheet, terms, sentences),
            *_payment(sheet, terms),
            *_services(terms, sentences),
            *_changed_terms(terms, sheet, sentences),
            *_lines(agreed.lines, sentences),
            *_kept(agreed, sheet),
            *_extras(sheet, agreed),
        ]
    return tuple({one.key: one.sealed() for one in found}.values())


# What a contract must say, and not say twice


def _parts(sheet: Sheet) -> Iterator[Finding]:
    there = {said.part for said in sheet.clauses}
    for part in NEEDED:
        if part not in there:
            yield Finding(f"part:{part}", part, Sort.MISSING, What.PART)


def _foreign(sheet: Sheet) -> Iterator[Finding]:
    for said in sheet.clauses:
        for value in values_of(said.text):
            if value.kind is ValueKind.FOREIGN:
                yield Finding(
                    f"currency:{said.clause_id}:{value.text}", said.part, Sort.AMBIGUOUS, What.CURRENCY,
                    contract=value.text, clause_id=said.clause_id,
                )  # fmt: skip


_WHOLE = re.compile(r"总价|总金额|合同金额|合同总额|总费用|价款总额|合同价款")
_SHARE_OF = re.compile(r"(?:总价|总金额|合同金额|合同总额|总费用|合同价款)的?\s*$")


def _own_totals(sheet: Sheet, sentences: Sequence[Sentence]) -> Iterator[Finding]:
    """A total in a clause that isn't the one in the head."""
    if sheet.amount is None:
        return
    for sentence in sentences:
        if sentence.said.part not in (Part.PAYMENT, Part.SCOPE) or not _WHOLE.search(sentence.text):
            continue
        if any(value.kind is ValueKind.PERCENT for value in sentence.values):
            continue
        for value in sentence.values:
            if value.kind is ValueKind.MONEY and value.amount != sheet.amount:
                yield Finding(
                    f"total:{sentence.said.clause_id}:{value.amount}", sentence.said.part, Sort.CONTRADICTS, What.PRICE,
                    agreed=_yuan(sheet.amount), contract=_yuan(value.amount), unit="yuan",
                    clause_id=sentence.said.clause_id,
                )  # fmt: skip


# Price, delivery


def _price(sheet: Sheet, terms: Terms) -> Iterator[Finding]:
    if terms.price is None or sheet.amount == terms.price:
        return
    sort = Sort.MISSING if sheet.amount is None else Sort.DIFFERS
    yield Finding(
        "price", Part.PAYMENT, sort, What.PRICE,
        agreed=_yuan(terms.price), contract=_yuan(sheet.amount), unit="yuan",
    )  # fmt: skip


_DELIVERS = re.compile(r"交付|上线|交货|到货|完工|竣工|完成(?:全部|实施|部署|安装|开发|首期)")
_FROM_START = re.compile(r"自.{0,24}起|(?:合同|协议).{0,8}(?:生效|签订|签署)(?:之日)?(?:起|后)|开工|启动")


def _delivery(sheet: Sheet, terms: Terms, sentences: Sequence[Sentence]) -> Iterator[Finding]:
    """The head's days or date, and whatever the clauses say of it, against the agreed number of days."""
    days = terms.delivery_days
    if days is None:
        return
    said = f"{days}"
    if sheet.delivery_days is not None and sheet.delivery_days != days:
        yield Finding(
            "delivery", Part.STANDARD, Sort.DIFFERS, What.DELIVERY,
            agreed=said, contract=f"{sheet.delivery_days}", unit="days",
        )  # fmt: skip
    if sheet.delivery_on is not None and sheet.delivery_days is None:
        yield from _delivery_date(sheet, days)
    spans = [one for one in sentences if _DELIVERS.search(one.text) and _FROM_START.search(one.text)]
    told = [(one, value) for one in spans for value in one.values if value.kind is ValueKind.SPAN]
    other = [(one, value) for one, value in told if value.unit != "day" or value.amount != days]
    if len(other) == len(told):
        for one, value in other[:1]:
            yield Finding(
                f"delivery:{one.said.clause_id}", one.said.part, Sort.DIFFERS, What.DELIVERY,
                agreed=said, contract=value.text, unit="days", clause_id=one.said.clause_id,
            )  # fmt: skip
    if not told and sheet.delivery_days is None and sheet.delivery_on is None:
        yield Finding("delivery", Part.STANDARD, Sort.MISSING, What.DELIVERY, agreed=said, unit="days")


def _delivery_date(sheet: Sheet, days: int) -> Iterator[Finding]:
    assert sheet.delivery_on is not None
    said = sheet.delivery_on.isoformat()
    if sheet.starts_on is None:
        yield Finding(
            "delivery", Part.STANDARD, Sort.AMBIGUOUS, What.DELIVERY, agreed=f"{days}", contract=said, unit="days"
        )
    elif (sheet.delivery_on - sheet.starts_on).days != days:
        taken = (sheet.delivery_on - sheet.starts_on).days
        yield Finding(
            "delivery", Part.STANDARD, Sort.DIFFERS, What.DELIVERY,
            agreed=f"{days}", contract=f"{said} ({taken})", unit="days",
        )  # fmt: skip


# Payment


def _payment(sheet: Sheet, terms: Terms) -> Iterator[Finding]:
    clauses = [said for said in sheet.clauses if said.part is Part.PAYMENT]
    text = "\n".join(said.text for said in clauses)
    where = clauses[0].clause_id if clauses else 0
    stages = stages_of(text)
    if not is_whole(stages):
        total = sum((stage.percent for stage in stages if stage.percent is not None), Decimal(0))
        yield Finding(
            "stages:whole", Part.PAYMENT, Sort.CONTRADICTS, What.STAGES, agreed="100", contract=f"{_plain(total)}",
            unit="percent", clause_id=where,
        )  # fmt: skip
    yield from _sums(sheet.amount, stages, clause_id=where)
    if not terms.payment.strip() or not clauses:
        return
    wanted = stages_of(terms.payment)
    if wanted:
        yield from _stages(wanted, stages, terms.price, clause_id=where)
    else:
        yield from _other_payment(terms.payment, clauses)


def _sums(whole: Decimal | None, stages: Sequence[Stage], *, clause_id: int) -> Iterator[Finding]:
    """40%，即 192,000 元: the figure is what that share comes to, but for the cents of one that takes the rest; and all
    figures make the whole."""
    if whole is None or not is_whole(stages):
        return
    spare = Decimal(len(stages)) / 100
    is_told = False
    for place, stage in enumerate(stages, 1):
        if stage.percent is None or stage.amount is None:
            continue
        share = cents(whole * stage.percent / 100)
        if abs(stage.amount - share) > spare:
            is_told = True
            yield Finding(
                f"stage:{place}:sum", Part.PAYMENT, Sort.CONTRADICTS, What.STAGE, name=f"{place}",
                agreed=_yuan(share), contract=_yuan(stage.amount), unit="yuan", clause_id=clause_id,
            )  # fmt: skip
    amounts = [stage.amount for stage in stages if stage.amount is not None]
    if not is_told and len(amounts) == len(stages) > 1 and sum(amounts) != whole:
        yield Finding(
            "stages:sum", Part.PAYMENT, Sort.CONTRADICTS, What.SUMS,
            agreed=_yuan(whole), contract=_yuan(sum(amounts, Decimal(0))), unit="yuan", clause_id=clause_id,
        )  # fmt: skip


def _stages(
    wanted: Sequence[Stage], stages: Sequence[Stage], price: Decimal | None, *, clause_id: int
) -> Iterator[Finding]:
    for place in range(max(len(wanted), len(stages))):
        agreed = wanted[place] if place < len(wanted) else None
        stage = stages[place] if place < len(stages) else None
        if agreed is not None and stage is not None and _same_stage(agreed, stage, price):
            continue
        sort = Sort.MISSING if stage is None else Sort.EXTRA if agreed is None else Sort.DIFFERS
        yield Finding(
            f"stage:{place + 1}", Part.PAYMENT, sort, What.STAGE, name=f"{place + 1}",
            agreed=agreed.text if agreed else "", contract=stage.text if stage else "", clause_id=clause_id,
        )  # fmt: skip


def _same_stage(agreed: Stage, stage: Stage, price: Decimal | None) -> bool:
    if agreed.percent is not None and stage.percent is not None:
        is_same = agreed.percent == stage.percent
    else:
        worth = agreed.worth(price)
        is_same = worth is not None and worth == stage.worth(price)
    if agreed.amount is not None and stage.amount is not None and agreed.amount != stage.amount:
        is_same = False
    if Event.UNKNOWN not in (agreed.event, stage.event) and agreed.event is not stage.event:
        is_same = False
    if agreed.days is not None and (agreed.days, agreed.is_workdays) != (stage.days, stage.is_workdays):
        is_same = False
    return is_same and (not agreed.on or agreed.on == stage.on)


def _other_payment(payment: str, clauses: Sequence[Said]) -> Iterator[Finding]:
    """Agreed without shares: 月结 30 天, 按年预付. Its values must all be there, or else its words."""
    sentence, share = nearest(payment, sentences_of(clauses))
    wanted, text = values_of(payment), "\n".join(said.text for said in clauses)
    there = values_of(text)
    if wanted and all(equal_in(value, there) for value in wanted):
        return
    if not wanted and share >= ENOUGH:
        return
    where = sentence.said if sentence is not None else clauses[0]
    yield Finding(
        "payment", Part.PAYMENT, Sort.DIFFERS, What.PAYMENT,
        agreed=payment, contract=sentence.text if sentence else where.text[:200], clause_id=where.clause_id,
    )  # fmt: skip


# Services, changed terms, lines of the offer


def _services(terms: Terms, sentences: Sequence[Sentence]) -> Iterator[Finding]:
    for service in _each(terms.extras):
        sentence, share = nearest(service, sentences)
        yield from _beside(What.SERVICE, Part.SCOPE, service, values_of(service), sentence if share >= ENOUGH else None)


_ANEW = re.compile(r"(?:改为|改成|调整为|变更为|改到|提高到|降到|降为|→|->)\s*(.+)$", re.DOTALL)


def _changed_terms(terms: Terms, sheet: Sheet, sentences: Sequence[Sentence]) -> Iterator[Finding]:
    """违约金：由 5% 改为 3%: where the contract speaks of the 违约金, it says 3%."""
    for line in terms.clauses:
        name = clause_name(line)
        anew = match[1] if (match := _ANEW.search(line)) else line
        wanted = values_of(anew)
        naming = [one for one in sentences if touches(line, f"{one.said.title} {one.text}")]
        if wanted:
            right = [one for one in naming if _says_all(wanted, one)]
            measured = [one for one in naming if _measured(wanted, one.values)]
            sentence = next(iter(right or measured or naming), None)
        else:
            sentence = _worded(anew, naming)
        yield from _beside(What.TERM, _part_of(name), line, wanted, sentence, name=name)
        yield from _still_old(line, wanted, naming, name=name)


def _still_old(line: str, wanted: Sequence[Value], naming: Sequence[Sentence], *, name: str) -> Iterator[Finding]:
    """One clause says 3%, another still the 5% that it was changed from."""
    match = _ANEW.search(line)
    is_said = bool(wanted) and any(_says_all(wanted, one) for one in naming)
    old = values_of(line[: match.start()]) if match and is_said else ()
    for sentence in naming:
        if any(equal_in(value, sentence.values) for value in old) and not _says_all(wanted, sentence):
            yield Finding(
                f"{_key(What.TERM, line)}:{sentence.said.clause_id}", sentence.said.part, Sort.CONTRADICTS, What.TERM,
                name=name, agreed=match[1] if match else "", contract=sentence.text[:300],
                clause_id=sentence.said.clause_id,
            )  # fmt: skip


def _says_all(wanted: Sequence[Value], sentence: Sentence) -> bool:
    return all(equal_in(value, sentence.values) for value in wanted)


def _worded(anew: str, naming: Sequence[Sentence]) -> Sentence | None:
    """A term without a figure has to stand there in its own words."""
    sentence, share = nearest(anew, naming)
    return sentence if share >= ENOUGH else None


def _measured(wanted: Sequence[Value], values: Sequence[Value]) -> bool:
    measures = {value.measure for value in wanted}
    return any(value.measure in measures for value in values)


def _lines(lines: Sequence[Line], sentences: Sequence[Sentence]) -> Iterator[Finding]:
    """Everything that the price is for stands in the scope, as often as it was offered."""
    scope = [one for one in sentences if one.said.part in (Part.SCOPE, Part.STANDARD, Part.OWN)]
    for line in lines:
        naming = [one for one in scope if line.name.strip().casefold() in one.text.casefold()]
        sentence, share = nearest(line.name, scope)
        if not naming and sentence is not None and share >= 0.8:
            naming = [sentence]
        said = f"{line.name} × {_plain(line.quantity)}{line.unit}"
        if not naming:
            yield Finding(_key(What.LINE, line.name), Part.SCOPE, Sort.MISSING, What.LINE, name=line.name, agreed=said)
        elif line.quantity != 1 and not any(_counts(one, line) for one in naming):
            where = naming[0]
            yield Finding(
                _key(What.LINE, line.name), Part.SCOPE, Sort.DIFFERS, What.LINE, name=line.name,
                agreed=said, contract=where.text[:200], clause_id=where.said.clause_id,
            )  # fmt: skip


_FIGURE = re.compile(r"(?<![\d.])\d[\d,]{0,12}(?:\.\d{1,4})?")


def _counts(sentence: Sentence, line: Line) -> bool:
    counted = {value.amount for value in sentence.values if value.kind in (ValueKind.COUNT, ValueKind.SPAN)}
    figures = {Decimal(said.replace(",", "")) for said in _FIGURE.findall(sentence.text.replace(line.name, ""))}
    return line.quantity in counted | figures


def _beside(
    what: What, part: Part, said: str, wanted: Sequence[Value], sentence: Sentence | None, *, name: str = ""
) -> Iterator[Finding]:
    if sentence is None:
        yield Finding(_key(what, said), part, Sort.MISSING, what, name=name, agreed=said)
    elif not all(equal_in(value, sentence.values) for value in wanted):
        yield Finding(
            _key(what, said), sentence.said.part, Sort.DIFFERS, what, name=name,
            agreed=said, contract=sentence.text[:300], clause_id=sentence.said.clause_id,
        )  # fmt: skip


# Clauses of ours


def _kept(agreed: Agreed, sheet: Sheet) -> Iterator[Finding]:
    there = {said.source_item for said in sheet.clauses}
    for item, title in agreed.kept:
        if item not in there:
            yield Finding(f"kept:{item}", Part.OWN, Sort.MISSING, What.KEPT, name=title, agreed=title)


def _extras(sheet: Sheet, agreed: Agreed) -> Iterator[Finding]:
    """What somebody wrote into scope or payment himself and gives away: amounts, discounts, things to be done for free
    that nobody agreed to."""
    terms = agreed.terms
    known = values_of("\n".join((terms.payment, terms.extras, *terms.clauses)))
    matters = (terms.payment, *_each(terms.extras), *terms.clauses, *(line.name for line in agreed.lines))
    told = [pairs for matter in matters if (pairs := pairs_of(matter))]
    for said in sheet.clauses:
        if said.source_item or said.part not in (Part.SCOPE, Part.PAYMENT):
            continue
        for sentence in sentences_of([said]):
            if not _GIVEN.search(sentence.text) or _is_told(sentence, known, told):
                continue
            yield Finding(
                _key(What.SERVICE, f"extra {sentence.text}"), said.part, Sort.EXTRA, What.SERVICE,
                contract=sentence.text[:300], clause_id=said.clause_id,
            )  # fmt: skip


_GIVEN = re.compile(r"免费|赠送|赠予|不另收费|不再收费|减免|折扣|返还|返利|终身")


def _is_told(sentence: Sentence, known: Sequence[Value], told: Sequence[frozenset[str]]) -> bool:
    """It speaks of something that was agreed, and names no other figure."""
    is_agreed = any(len(matter & sentence.pairs) / len(matter) >= ENOUGH for matter in told)
    return is_agreed and all(equal_in(value, known) for value in sentence.values)


# Small things


def _each(text: str) -> list[str]:
    """Services as people list them: one a line, or with ；and 、 between those that have a figure each."""
    return [piece.strip() for piece in re.split(r"[\n；;，,。]", text) if pairs_of(piece)]


def _part_of(name: str) -> Part:
    if re.search("违约|赔偿|罚", name):
        return Part.BREACH
    if re.search("付款|支付|价格|发票|结算", name):
        return Part.PAYMENT
    return Part.STANDARD if re.search("验收|交付|质保|标准", name) else Part.OWN


def _key(what: What, said: str) -> str:
    return f"{what.value}:{fingerprint(said.strip())[:24]}"


def _yuan(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
