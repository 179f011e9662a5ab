"""Two people merge at the same moment, on real transactions (S2.3)."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from tests.steps.leads.drafts import ready
from tests.steps.leads.test_at_once import patiently
from tuoke.base.accounts.rules import system
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.spine.customers import actions
from tuoke.spine.customers.models import Lead, Merge
from tuoke.spine.customers.rules import LeadStatus, OnDuplicate
from tuoke.steps.leads import actions as leads

BY = system("test")


@pytest.fixture
def two(transactional_db, now):
    from tests.people import make_company
    from tuoke.spine.playbook.actions import load_default

    load_default(by=BY, now=now)
    company = make_company()
    made = [
        leads.create_lead(
            draft=ready(company=name, owner_id=company.rep.pk), by=BY, now=now, on_duplicate=OnDuplicate.ACCEPT
        )
        for name in ("华辰精密机械", "华晨精密机械")
    ]
    return company, *made


def at_once(*acts):
    """Each in a thread of its own; what each ended with."""
    start, ended = threading.Barrier(len(acts)), []

    def go(act):
        try:
            start.wait()
            patiently(act)
            ended.append("done")
        except Refused as refusal:
            ended.extend(refusal.verdict.codes)
        except Conflict:
            ended.append("conflict")
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ended)


def merging(kept, gone, by, now):
    return lambda: actions.merge_leads(kept=kept, kept_version=1, gone=gone, gone_version=1, by=by, now=now)


def test_of_two_who_merge_the_same_pair_one_wins_and_the_other_is_told(two, now):
    company, one, other = two
    ended = at_once(*(merging(one, other, company.by(who), now) for who in ("rep", "team_lead", "director")))
    assert ended == ["done", "merged_already", "merged_already"]
    assert Merge.objects.count() == 1
    assert Event.objects.filter(kind="customers.merged").count() == 1


def test_a_circle_never_closes(two, now):
    company, one, other = two
    by = company.by("rep")
    assert at_once(merging(one, other, by, now), merging(other, one, by, now)) == ["done", "merged_already"]
    assert Lead.objects.exclude(status=LeadStatus.MERGED).count() == 1


def test_an_edit_and_a_merge_do_not_lose_each_other(two, now):
    company, one, other = two
    by = company.by("rep")
    draft = ready(company="华晨精密机械", industry="新能源", owner_id=company.rep.pk)
    edit = lambda: leads.edit_lead(  # noqa: E731  # two deeds side by side read better
        lead=other, version=1, draft=draft, by=by, now=now, on_duplicate=OnDuplicate.ACCEPT
    )

    def either():
        try:
            edit()
        except Lead.DoesNotExist:
            raise Refused(actions.merging.no("gone")) from None

    ended = at_once(either, merging(one, other, by, now))
    assert ended in (["conflict", "done"], ["done", "gone"])


def test_of_two_undoes_one_is_told(two, now):
    company, one, other = two
    by = company.by("rep")
    stored = merging(one, other, by, now)()
    undo = lambda: actions.undo_merge(merge=stored, by=by, now=now)  # noqa: E731
    assert at_once(undo, undo) == ["done", "undone_already"]
    assert Lead.objects.filter(status=LeadStatus.OPEN, merged_into=None).count() == 2


def test_two_searches_do_not_begin_at_once(two, now):
    begin = lambda: actions.start_search(by=BY, now=now)  # noqa: E731
    assert at_once(begin, begin) == ["done", "search_running"]
