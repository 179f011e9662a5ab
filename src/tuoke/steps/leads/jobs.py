"""Weighing anew in the background: when a profile changed, and every day, because purchase dates come nearer."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django_tasks import task

from tuoke.base.accounts.rules import system
from tuoke.services.jobs.actions import stopping
from tuoke.steps.leads.actions import rescore
from tuoke.steps.targeting.models import CustomerProfile


class _Interrupted(Exception):
    """The worker is asked to stop."""


@task()
def rescore_open_leads(reason: str) -> int:
    """Returns how many changed. Begins anew when its worker stops: what is weighed already isn't written again."""
    try:
        return rescore(by=system(reason), now=timezone.now(), progress=_unless_stopping)
    except _Interrupted:
        rescore_open_leads.enqueue(reason)
        return 0


def after_profile_change(profile: CustomerProfile, now: datetime) -> None:
    """Wired into ``targeting.hooks.on_profile_changed``: in its transaction, so a change that fails rescores nothing."""
    rescore_open_leads.enqueue(f"profile {profile.pk} v{profile.number}")


def every_day(now: datetime) -> None:
    rescore_open_leads.enqueue("daily")


def _unless_stopping(looked_at: int) -> None:
    if stopping.is_set():
        raise _Interrupted
