from __future__ import annotations

from datetime import timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from tests.services.notifications.conftest import mail_settings, postbox
from tuoke.services.notifications.models import Mail
from tuoke.spine.library.models import Item, ItemVersion
from tuoke.spine.library.rules import MailContent, stored
from tuoke.steps.outreach.mails.rules import LetterDraft

__all__ = ["mail_settings", "postbox"]


@pytest.fixture
def contact(contact):
    contact.email = "chen@customer.example"
    contact.save()
    return contact


@pytest.fixture
def company(company):
    company.rep.email = "wang.fang@tuoke.example"
    company.rep.save()
    company.team_lead.email = "li.na@tuoke.example"
    company.team_lead.save()
    return company


@pytest.fixture
def is_on(settings):
    """Mail is set up, and nothing listens."""
    settings.EMAIL_HOST, settings.DEFAULT_FROM_EMAIL = "mail.invalid", "crm@tuoke.example"


@pytest.fixture
def draft(contact):
    def written(**more):
        said = {"to": (str(contact.pk),), "subject": "排产方案", "text": "陈总，您好：\n附上方案。", **more}
        return LetterDraft(**said)

    return written


@pytest.fixture
def template(db, now):
    def made(subject="给〔客户名称〕的资料", body="〔称呼〕，您好！听说〔近况〕，想和您聊聊。", **tags):
        item = Item.objects.create(kind="mail", title="首次联系", created_at=now, updated_at=now, **tags)
        return ItemVersion.objects.create(item=item, number=1, content=stored(MailContent(subject, body)), at=now)

    return made


@pytest.fixture
def let_it_go():
    """The moment in which a letter can be called back is over, and the worker works."""

    def gone():
        Mail.objects.filter(state="queued").update(next_try_at=Mail.objects.latest("pk").created_at - timedelta(days=1))
        for task in DBTaskResult.objects.filter(status="READY"):
            task.task.call(*task.args_kwargs["args"])

    return gone
