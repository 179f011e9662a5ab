"""Two managers at the same moment, on real transactions."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from tests.people import make_company
from tests.services.approvals.conftest import SUBJECT
from tests.steps.leads.test_at_once import patiently
from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.models import Event
from tuoke.services.approvals import actions, hooks
from tuoke.services.approvals.models import Request


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_wins_and_of_two_who_ask_too(now, monkeypatch):
    kind = hooks.Kind("特价", lambda asked: "/", lambda *_: True, lambda *_: None, lambda *_: True)
    monkeypatch.setitem(hooks.kinds, "test", kind)
    company, won, told = make_company(), [], []
    asking = {"kind": "test", "subject": SUBJECT, "label": "x", "reason": "y", "now": now}
    asking |= {"approver_ids": [company.team_lead.pk, company.director.pk], "expires_at": now + timedelta(days=1)}

    def ask(name):
        with transaction.atomic():
            return actions.ask(by=company.by(name), **asking)

    _together({"rep": ask, "teammate": ask}, won, told)
    assert (len(won), [code for code, _ in told]) == (1, ["already_asked"])
    request = Request.objects.get()

    def approve(name):
        return actions.approve(request=request, version=1, reason="", by=company.by(name), now=now)

    def reject(name):
        return actions.reject(request=request, version=1, reason="太低", by=company.by(name), now=now)

    won.clear(), told.clear()
    _together({"team_lead": approve, "director": reject}, won, told)
    request.refresh_from_db()
    state = {"team_lead": "approved", "director": "rejected"}[won[0]]
    assert (request.state, request.decided_by.username) == (state, won[0])
    assert told == [("already_decided", {"who": request.decided_by.name, "state": state, "at": now})]
    assert Event.objects.filter(kind__in=("approvals.approved", "approvals.rejected")).count() == 1


def _together(acts, won, told):
    start = threading.Barrier(len(acts))

    def run(name, act):
        try:
            start.wait()
            patiently(lambda: act(name))
            won.append(name)
        except Refused as refusal:
            [reason] = refusal.verdict.reasons
            told.append((reason.code, dict(reason.params)))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in acts.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
