"""Weighing anew in the background: when a profile changed, and every day, because purchase dates come nearer."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django_tasks import task

from tuoke.base.accounts.rules import system
from tuoke.services.jobs.actions import stopping
from tuoke.steps.leads.actions import apply_pool_rules, begin_rescoring, carry_on, recycle
from tuoke.steps.leads.models import Rescoring
from tuoke.steps.leads.queries import pool_rules_lag
from tuoke.steps.targeting.models import CustomerProfile


class _Interrupted(Exception):
    """The worker is asked to stop."""


@task()
def rescore_parties(run: int) -> int:
    """Returns how many changed. A worker that stops hands the rest to the next one, which goes on where this one was."""
    found = Rescoring.objects.unfinished().filter(pk=run).first()
    if found is None:  # superseded or finished meanwhile
        return 0
    try:
        return carry_on(run=found, by=system(found.reason), now=timezone.now(), progress=_unless_stopping)
    except _Interrupted:
        rescore_parties.enqueue(run)
        return 0


def after_profile_change(profile: CustomerProfile, now: datetime) -> None:
    """Wired into ``targeting.hooks.on_profile_changed``: in its transaction, so a change that fails rescores nothing."""
    run = begin_rescoring(reason=f"profile {profile.pk} v{profile.number}", now=now, profile=profile.pk)
    rescore_parties.enqueue(run.pk)


def every_day(now: datetime) -> None:
    """Look at what the days since the last whole rescoring can have changed; the first one looks at everything.

    What a dead command or worker left unfinished goes on too.
    """
    whole = Rescoring.objects.filter(profile=None, campaign=None, superseded=False, finished_at__isnull=False)
    begin_rescoring(reason="daily", now=now, last=whole.order_by("id").last())
    for pk in Rescoring.objects.unfinished().order_by("id").values_list("pk", flat=True):
        rescore_parties.enqueue(pk)


@task()
def follow_pool_rules() -> int:
    """Works out when parties are due and go back, after the rules or the calendar changed. Begins anew as above."""
    try:
        return apply_pool_rules(now=timezone.now(), progress=_unless_stopping)
    except _Interrupted:
        follow_pool_rules.enqueue()
        return 0


def after_pool_rules_change(now: datetime) -> None:
    """Wired into ``hooks.on_pool_rules_changed``: in the transaction that changed them."""
    follow_pool_rules.enqueue()


def keep_pool(now: datetime) -> None:
    """Every quarter of an hour: what has been silent too long goes back. First, dates that lag behind the rules."""
    try:
        if pool_rules_lag():
            apply_pool_rules(now=now, progress=_unless_stopping)
        recycle(by=system("pool"), now=now, progress=_unless_stopping)
    except _Interrupted:
        return  # the next one goes on


def _unless_stopping(looked_at: int) -> None:
    if stopping.is_set():
        raise _Interrupted
