"""Contents of every kind, with the words that people use."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from tuoke.steps.targeting.rules import Dimension, Pain, ProfileContent, Span, Urgency
from tuoke.steps.targeting.rules.table import role

LETTERS = "甲乙丙丁云数据成长期政策行业紧急度预算年费员工abcXYZ019 -"
words = st.text(LETTERS, min_size=1, max_size=12).map(str.strip).filter(bool)
plain = st.text("甲乙丙丁云数据abcXYZ", min_size=1, max_size=12)


def lists(texts: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(texts, max_size=4, unique=True).map(tuple)


def spans(ends: st.SearchStrategy) -> st.SearchStrategy[Span]:
    closed = st.tuples(ends, ends).map(lambda pair: Span(*sorted(pair)))
    return st.one_of(
        st.just(Span(None, None)), closed, ends.map(lambda e: Span(e, None)), ends.map(lambda e: Span(None, e))
    )


counts = st.integers(0, 1_000_000)
amounts = st.one_of(
    st.integers(0, 10**12).map(Decimal),
    st.integers(0, 99_999).map(lambda n: Decimal(n) * 10_000),
    st.integers(0, 10**9).map(lambda n: Decimal(n) / 100),
)
pains = st.builds(Pain, text=plain, urgency=st.sampled_from(Urgency), reason=st.one_of(st.just(""), plain))


@st.composite
def weights(draw: st.DrawFn) -> dict[Dimension, Decimal]:
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=3, max_size=3)))
    parts = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    return dict(zip(Dimension, map(Decimal, parts), strict=True))


roles = plain.map(role)
contents = st.builds(
    ProfileContent,
    industries=lists(words),
    lifecycle=lists(words),
    policies=lists(words),
    staff=spans(counts),
    revenue=spans(amounts),
    paying_customers=spans(counts),
    life_stages=lists(words),
    situations=lists(words),
    income=spans(amounts),
    deciders=lists(roles),
    influencers=lists(roles),
    pains=st.lists(pains, max_size=4).map(tuple),
    budget=spans(amounts),
    price=spans(amounts),
    custom_quote=st.booleans(),
    weights=weights(),
    threshold=st.integers(0, 100).map(lambda n: Decimal(n) / 10),
    watch_after_months=st.integers(1, 60),
    unverified_share=st.integers(0, 100),
    regions=lists(words),
    sources=lists(words),
)
