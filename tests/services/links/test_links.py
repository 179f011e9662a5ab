"""Private links: who can open one, until when, how often, and what its maker sees of it (S4.3)."""

from __future__ import annotations

import string
from datetime import timedelta
from uuid import uuid4

import pytest

from tuoke.base.accounts.rules import system
from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.queries import history_of, timeline_of
from tuoke.services.links import actions, hooks, queries, rules
from tuoke.services.links.models import Link
from tuoke.services.links.rules import State, Why

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)"


@pytest.fixture
def make(company, now):
    def made(**changes):
        given = {
            "kind": "test", "subject": "test.thing:1", "thread": "test.case:1", "recipient": "陈总", "title": "需求清单",
            "expires_at": now + timedelta(days=14), "by": company.by("rep"), "now": now,
        }  # fmt: skip
        return actions.make_link(**(given | changes))

    return made


def visit(link, now, *, ip="10.0.0.1", agent=PHONE):
    return actions.note_visit(link=link, ip=ip, agent=agent, now=now)


class TestToken:
    key, other = b"k" * 32, b"o" * 32

    def test_opens_with_the_key_that_signed_it(self):
        one = uuid4()
        token = rules.token_of(one, key=self.key)
        assert len(token) == 43
        assert set(token) <= set(string.ascii_letters + string.digits + "-_")
        assert rules.id_in(token, keys=[self.other, self.key]) == one
        assert rules.id_in(token, keys=[self.other]) is None

    def test_not_one_letter_may_differ(self):
        """Base64 has spare bits in its last letter: a second spelling of the same bytes is refused too."""
        token = rules.token_of(uuid4(), key=self.key)
        letters = string.ascii_letters + string.digits + "-_"
        changed = [token[:at] + new + token[at + 1 :] for at in (0, 20, 42) for new in letters if new != token[at]]
        assert not any(rules.id_in(one, keys=[self.key]) for one in changed)

    @pytest.mark.parametrize("said", ["", "x", "=" * 43, "é" * 43, "a" * 42, "a" * 10_000, "\0" * 43])
    def test_anything_else_names_nothing(self, said):
        assert rules.id_in(said, keys=[self.key]) is None

    def test_the_row_alone_opens_nothing(self, make, settings, now):
        link = make()
        token = queries.token_of(link)
        before, settings.SECRET_KEY = settings.SECRET_KEY, "another secret key, as long as they have to be"
        assert queries.opened(token, now=now).why is Why.FORGED
        settings.SECRET_KEY_FALLBACKS = [before]
        assert queries.opened(token, now=now) == link
        assert queries.token_of(link) != token


class TestOpening:
    def test_until_it_ends(self, make, now):
        link = make()
        token = queries.token_of(link)
        assert queries.opened(token, now=now + timedelta(days=14, seconds=-1)) == link
        problem = queries.opened(token, now=now + timedelta(days=14))
        assert (problem.why, problem.link) == (Why.EXPIRED, link)

    def test_not_after_it_was_revoked(self, make, company, now):
        link = make()
        for _ in range(2):
            actions.revoke_link(link=link, by=company.by("rep"), now=now)
        assert queries.opened(queries.token_of(link), now=now).why is Why.REVOKED
        assert [event.kind for event in history_of(link)] == ["links.link_revoked", "links.link_made"]

    def test_a_signed_id_without_a_link_is_forged(self, db, now):
        assert queries.opened(rules.token_of(uuid4(), key=queries.signing_keys()[0]), now=now).why is Why.FORGED

    def test_counts_once_in_five_minutes_for_one_visitor(self, make, now):
        link = make()
        assert visit(link, now)
        assert not visit(link, now + timedelta(minutes=4))
        assert visit(link, now + timedelta(minutes=4), ip="10.0.0.2")
        assert visit(link, now + timedelta(minutes=6))
        [card] = queries.links_of("test.thing:1", now=now)
        assert (card.state, card.places, card.link.opens) == (State.OPENED, 2, 3)
        assert (card.link.opened_at, card.link.last_opened_at) == (now, now + timedelta(minutes=6))

    def test_the_first_time_is_told_once_where_the_case_is_told(self, make, now):
        link = make()
        visit(link, now)
        visit(link, now + timedelta(hours=1))
        [event] = timeline_of(thread="test.case:1")
        assert (event.kind, event.actor_kind, event.actor_name) == ("links.link_opened", "link", "陈总")

    @pytest.mark.parametrize(
        "agent", ["", "WhatsApp/2.23", "Slackbot-LinkExpanding 1.0", "facebookexternalhit/1.1", "curl/8"]
    )
    def test_a_robot_that_draws_a_preview_has_opened_nothing(self, make, now, agent):
        link = make()
        assert not visit(link, now, agent=agent)
        assert Link.objects.get().opened_at is None

    def test_keeps_a_bounded_log_of_harmless_texts(self, make, now, monkeypatch):
        monkeypatch.setattr(rules, "VISITS_KEPT", 2)
        link = make()
        for number in range(3):
            visit(link, now + timedelta(hours=number), agent="Mozilla \0\ud800\n" + "x" * 9999, ip="::1" * 40)
        assert (link.visits.count(), Link.objects.get().opens) == (2, 3)
        assert all(len(one.agent) == 200 and one.agent.isprintable() for one in link.visits.all())


class TestMaking:
    def test_says_everything_that_is_wrong(self, make, now):
        with pytest.raises(Refused) as refusal:
            make(recipient=" ", expires_at=now, challenge="12a4")
        assert refusal.value.verdict.codes == ("recipient_missing", "expiry_out_of_range", "challenge_not_digits")
        with pytest.raises(Refused):
            make(expires_at=now + timedelta(days=182))
        with pytest.raises(Refused):
            make(by=system("test"))

    @pytest.mark.parametrize("phone, digits", [("+86 138-0013 8000", "8000"), ("123", ""), ("", "")])
    def test_asks_for_the_last_digits_of_a_phone(self, phone, digits):
        assert rules.last_digits(phone) == digits


class TestChallenge:
    def answer(self, link, said, now):
        return actions.answer_challenge(link=link, answer=said, now=now)

    def test_five_wrong_answers_lock_it_for_an_hour(self, make, now):
        link = make(challenge="8000")
        assert "8000" not in link.challenge
        left = [self.answer(link, "0000", now).reasons[0].params["left"] for _ in range(4)]
        assert left == [4, 3, 2, 1]
        assert self.answer(link, "0000", now).codes == ("challenge_locked",)
        assert self.answer(link, "8000", now + timedelta(minutes=59)).codes == ("challenge_locked",)
        assert self.answer(link, "0000", now + timedelta(minutes=61)).reasons[0].params["left"] == 4
        assert self.answer(link, "8000", now + timedelta(minutes=61))
        link.refresh_from_db()
        assert (link.tries, link.locked_until) == (0, None)

    def test_the_same_digits_are_kept_otherwise_for_every_link(self, make):
        assert make(challenge="8000").challenge != make(challenge="8000").challenge


class TestManaging:
    def test_only_the_maker_unless_the_room_says_otherwise(self, make, company, now, monkeypatch):
        link = make()
        assert queries.card_of(link.public_id, who=company.by("rep"), now=now).link == link
        with pytest.raises(Link.DoesNotExist):
            queries.card_of(link.public_id, who=company.by("team_lead"), now=now)
        seen = hooks.Kind(may_see=lambda who, subject: subject == "test.thing:1", may_revoke=lambda who, subject: False)
        monkeypatch.setitem(hooks.kinds, "test", seen)
        assert queries.card_of(link.public_id, who=company.by("team_lead"), now=now).link == link
        with pytest.raises(Link.DoesNotExist):
            queries.card_of(link.public_id, who=company.by("rep"), now=now, action="revoke")

    def test_one_query_however_many(self, make, now, django_assert_num_queries):
        for _ in range(3):
            visit(make(), now)
        with django_assert_num_queries(1):
            cards = queries.links_of("test.thing:1", now=now)
            assert [card.link.created_by.name for card in cards] == ["王芳"] * 3
        with django_assert_num_queries(1):
            assert set(queries.cards_of([c.link.pk for c in cards], now=now)) == {c.link.pk for c in cards}
