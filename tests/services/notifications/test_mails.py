"""Against a real SMTP server on this machine."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tuoke.base.accounts.rules import system
from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.models import Event
from tuoke.services.notifications import actions
from tuoke.services.notifications.models import Mail, Notice
from tuoke.services.notifications.rules import Attached

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(company):
    company.rep.email = "wang.fang@tuoke.example"
    company.rep.save()

    def queued(*to, **more):
        with transaction.atomic():
            said = {
                "subject": "数据整合方案",
                "text": "李总，您好：\n附上方案。",
                "thread": "deals.opportunity:7",
                **more,
            }
            return actions.queue_mail(
                to=to or ["李明 <li.ming@example.com>"], sender=company.rep, now=timezone.now(), **said
            )

    return queued


def work():
    """What the worker does with what is due."""
    for task in DBTaskResult.objects.ready():
        task.claim("test")
        task.task.call(*task.args_kwargs["args"])
        task.set_successful(None)


def again(mail):
    """The time of the next try has come."""
    Mail.objects.filter(pk=mail.pk).update(next_try_at=timezone.now())
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    work()
    return now_is(mail)


def now_is(mail):
    mail.refresh_from_db()
    return mail


def test_a_mail_goes_out_whole_and_once(queue, postbox):
    invitation = Attached("invite.ics", "text/calendar; method=REQUEST; charset=utf-8", b"BEGIN:VCALENDAR\r\n")
    mail = queue(cc=["li.na@tuoke.example"], attachments=[invitation])
    work()
    work()
    assert (now_is(mail).state, mail.attempts) == ("sent", 1)
    [came] = postbox.mails
    assert postbox.envelopes == [["li.ming@example.com", "li.na@tuoke.example"]]
    assert (came["From"], came["Reply-To"]) == ("王芳 <crm@tuoke.example>", "wang.fang@tuoke.example")
    assert (came["To"], came["Subject"]) == ("李明 <li.ming@example.com>", "数据整合方案")
    assert came["Message-ID"] == mail.message_id
    assert mail.message_id.endswith("@tuoke.example>")
    assert came["Date"].datetime == mail.created_at.replace(microsecond=0)
    assert came.get_body().get_content().split() == ["李总，您好：", "附上方案。"]
    [file] = came.iter_attachments()
    assert (file.get_content_type(), file.get_filename(), file.get_param("method")) == (
        "text/calendar",
        "invite.ics",
        "REQUEST",
    )
    assert Event.objects.in_thread("deals.opportunity:7").get().kind == "notifications.mail_sent"
    assert not Notice.objects.exists()


def test_a_server_that_is_busy_gets_it_a_little_later(queue, postbox):
    postbox.content = ["451 try again later"]
    mail = queue()
    work()
    assert (now_is(mail).state, mail.error) == ("queued", "451 try again later")
    assert mail.next_try_at - mail.tries.get().ended_at == timedelta(minutes=1)
    work()
    assert mail.tries.count() == 1  # its time hasn't come
    assert again(mail).state == "sent"
    assert [(t.state, t.said) for t in mail.tries.all()] == [("queued", "451 try again later"), ("sent", "")]
    assert len(postbox.mails) == 1


def test_what_is_refused_for_good_has_failed_at_once_and_the_sender_is_told(queue, postbox, company):
    postbox.recipients["li.ming@example.com"] = "550 no such user"
    mail = queue()
    work()
    assert (now_is(mail).state, mail.attempts, mail.refused) == (
        "failed",
        1,
        {"li.ming@example.com": "550 no such user"},
    )
    notice = Notice.objects.get()
    assert (notice.user, notice.url) == (company.rep, reverse("notifications:mail", args=[mail.pk]))
    assert Event.objects.get(kind="notifications.mail_failed").facts["refused"] == mail.refused


def test_one_of_two_gets_it_and_only_the_other_gets_it_again(queue, postbox):
    postbox.recipients["b@x.cn"] = "550 no such user"
    mail = queue("a@x.cn", "b@x.cn")
    work()
    assert (now_is(mail).state, list(mail.refused)) == ("sent", ["b@x.cn"])
    postbox.recipients.clear()
    actions.resend(mail=mail, by=system("test"), now=timezone.now())
    work()
    assert postbox.envelopes == [["a@x.cn"], ["b@x.cn"]]
    assert now_is(mail).refused == {}


def test_without_a_server_nothing_is_lost_and_it_ends_after_the_last_try(queue, nobody_listens):
    mail = queue()
    work()
    assert (now_is(mail).state, "refused" in mail.error.lower()) == ("queued", True)
    for _ in range(5):
        assert not Notice.objects.exists()
        again(mail)
    assert (mail.state, mail.attempts, mail.text) == ("failed", 6, "李总，您好：\n附上方案。")
    assert Notice.objects.count() == 1


def test_a_connection_that_breaks_after_the_content_leaves_it_open(queue, postbox):
    postbox.hangs_up = True
    mail = queue()
    work()
    assert now_is(mail).state == "unsure"
    work()
    assert len(postbox.mails) == 1  # the server had it: a second one would have been too many
    assert actions.arrived(mail=mail, by=system("test"), now=timezone.now()).state == "sent"


def test_a_slow_server_is_left_and_tried_again(queue, postbox, settings, monkeypatch):
    async def sleeps(*_):
        import asyncio

        await asyncio.sleep(30)

    settings.EMAIL_TIMEOUT = 0.3
    monkeypatch.setattr(postbox, "handle_RCPT", sleeps, raising=False)
    mail = queue()
    work()
    assert now_is(mail).state == "queued"
    assert not postbox.mails


def test_a_worker_that_is_killed_while_sending_makes_nobody_send_it_again(queue, postbox, monkeypatch):
    def killed(mail):
        raise SystemExit

    mail = queue()
    task = DBTaskResult.objects.ready().get()
    with monkeypatch.context() as patched:
        patched.setattr("tuoke.services.notifications.smtp.deliver", killed)
        with pytest.raises(SystemExit):
            task.task.call(*task.args_kwargs["args"])
    assert now_is(mail).state == "sending"
    work()  # the task returned to the queue, as orphans do
    assert (now_is(mail).state, mail.tries.get().state, postbox.mails) == ("unsure", "unsure", [])
    assert Notice.objects.get().kind == "mail_failed"
    actions.resend(mail=mail, by=system("test"), now=timezone.now())
    work()
    assert (now_is(mail).state, len(postbox.mails)) == ("sent", 1)


def test_the_tick_finds_what_has_lost_its_task(queue, postbox):
    waiting, begun = queue(), queue()
    DBTaskResult.objects.all().delete()
    later = timezone.now() + timedelta(minutes=20)
    Mail.objects.filter(pk=begun.pk).update(state="sending", started_at=timezone.now())
    assert actions.wake(timezone.now()) == 0
    assert actions.wake(later) == 1
    again(waiting)
    assert (now_is(waiting).state, now_is(begun).state) == ("sent", "unsure")


def test_mail_that_is_off_makes_no_mail(queue, settings):
    settings.EMAIL_HOST = ""
    with pytest.raises(Refused) as refusal:
        queue()
    assert refusal.value.verdict.codes == ("mail_off",)
    assert not Mail.objects.exists()


def test_what_is_rolled_back_was_never_queued(queue, postbox):
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)
    work()
    assert not postbox.mails


def test_a_waiting_mail_can_be_held_back_and_let_go_again(queue, postbox, login):
    mail, client = queue(), login("rep")
    client.post(reverse("notifications:cancel", args=[mail.pk]))
    work()
    assert (now_is(mail).state, postbox.mails) == ("cancelled", [])
    refused = client.post(reverse("notifications:arrived", args=[mail.pk]), follow=True)
    assert "不需要确认" in refused.content.decode()
    client.post(reverse("notifications:resend", args=[mail.pk]))
    work()
    assert (now_is(mail).state, len(postbox.mails)) == ("sent", 1)


def test_ones_mails_by_their_state_and_nobody_elses(queue, postbox, login):
    postbox.recipients["li.ming@example.com"] = "550 no such user"
    failed = queue()
    work()
    listed, page = reverse("notifications:mails"), reverse("notifications:mail", args=[failed.pk])
    client = login("rep")
    assert "550 no such user" in client.get(page).content.decode()
    assert failed.subject in client.get(listed, {"state": "failed"}).content.decode()
    assert failed.subject not in client.get(listed, {"state": "sent"}).content.decode()
    assert login("other_team").get(page).status_code == 404
    assert failed.subject not in login("team_lead").get(listed).content.decode()
