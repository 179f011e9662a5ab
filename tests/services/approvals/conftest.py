"""A kind of request for tests: a leave that only people of the head office's branch may see."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from tuoke.services.approvals import actions, hooks
from tuoke.services.approvals.hooks import Kind

SUBJECT = "tests.thing:1"


@pytest.fixture
def decided():
    """What the asking package was told: (request, who, state) of every decision."""
    return []


@pytest.fixture
def kind(company, decided, monkeypatch):
    """``kind(secret=True)`` changes it; a collaborator may never receive it."""
    plain = Kind(
        title="特价",
        url=lambda asked: "/deals/",
        may_decide=lambda who, asked: "director" in who.roles or "team_lead" in who.roles,
        on_decided=lambda asked, by, now: decided.append((asked.pk, by.name, asked.state)),
        may_receive=lambda user, asked: user.username != "collaborator",
    )
    monkeypatch.setitem(hooks.kinds, "test", plain)

    def changed(**more):
        monkeypatch.setitem(hooks.kinds, "test", replace(plain, **more))

    return changed


@pytest.fixture
def ask(company, kind, now):
    def asked(*, by="rep", of=("team_lead", "director"), subject=SUBJECT, reason="客户年底必须上线", at=now, **more):
        more = {
            "thread": "deals.opportunity:1",
            "label": "华瑞精密 · 数据整合",
            "expires_at": at + timedelta(days=2),
        } | more
        with transaction.atomic():
            return actions.ask(
                kind="test", subject=subject, approver_ids=[getattr(company, one).pk for one in of], reason=reason,
                by=company.by(by), now=at, **more,
            )  # fmt: skip

    return asked
