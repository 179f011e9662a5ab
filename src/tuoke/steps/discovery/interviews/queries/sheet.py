from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.queries import contacts_of as people_of
from tuoke.spine.followups.queries import possible_owners
from tuoke.spine.library.models import DIMENSION_NAMES
from tuoke.spine.library.rules import Dimension
from tuoke.steps.discovery.interviews.models import Answer, NeedSource, Notes, Outline, OutlineQuestion, Participant
from tuoke.steps.discovery.interviews.rules import Asked, Covered, Meter, meter_of


@dataclass(frozen=True, slots=True)
class Line:
    """A question with what was answered to it, in the order in which it was said."""

    question: OutlineQuestion
    answers: list[Answer]
    withdrawn: list[Answer]

    def of(self, user_id: int | None) -> list[Answer]:
        return [answer for answer in self.answers if answer.by_id == user_id]

    def beside(self, user_id: int | None) -> list[Answer]:
        return [answer for answer in self.answers if answer.by_id != user_id]

    def free_slot(self, user_id: int | None) -> int:
        """Where this writer's next answer goes; an emptied one keeps its slot."""
        return max((a.slot + 1 for a in (*self.answers, *self.withdrawn) if a.by_id == user_id), default=0)


@dataclass(frozen=True, slots=True)
class Group:
    dimension: Dimension
    name: StrOrPromise
    covered: Covered
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One outline as it is read: its five groups, who is there, what else was noted."""

    outline: Outline
    groups: list[Group]
    removed: list[OutlineQuestion]
    participants: list[Participant]
    notes: list[Notes]
    meter: Meter

    @property
    def contacts(self) -> list[Contact]:
        """Each once, though a merge may have left two lines of the same person."""
        return list({one.contact.pk: one.contact for one in self.participants if one.contact}.values())

    @property
    def colleagues(self) -> list[User]:
        return list({one.user.pk: one.user for one in self.participants if one.user}.values())

    @property
    def lines(self) -> list[Line]:
        return [line for group in self.groups for line in group.lines]

    @property
    def answers(self) -> list[Answer]:
        """In the order in which they were given."""
        return sorted((a for line in self.lines for a in line.answers), key=lambda answer: (answer.at, answer.pk))

    @property
    def open_questions(self) -> list[OutlineQuestion]:
        return [line.question for line in self.lines if not line.answers]

    def line(self, question: int) -> Line:
        return next(line for line in self.lines if line.question.pk == question)


def sheet_of(outline: Outline) -> Sheet:
    """Everything on an outline that was seen already. A constant number of queries."""
    needs = NeedSource.objects.filter(need__withdrawn_at=None).select_related("need")
    answers = Answer.objects.select_related("contact", "by").prefetch_related(Prefetch("needs", queryset=needs))
    found = outline.questions.select_related("source").prefetch_related(Prefetch("answers", queryset=answers))
    questions = list(found)
    standing = [_line(question) for question in questions if not question.withdrawn_at]
    meter = meter_of(Asked(line.question.dimension, bool(line.answers)) for line in standing)
    return Sheet(
        outline=outline,
        groups=[_group(dimension, standing, meter) for dimension in Dimension],
        removed=[question for question in questions if question.withdrawn_at],
        participants=list(Participant.objects.present().filter(outline=outline).select_related("contact", "user")),
        notes=list(outline.notes.exclude(text="").select_related("by")),
        meter=meter,
    )


def first_contact(outline: Outline) -> Contact | None:
    """Whom the questions are for: the first contact that was named."""
    found = (
        Participant.objects.present().filter(outline=outline).exclude(contact=None).select_related("contact").first()
    )
    return found.contact if found else None


def contacts_of(deal: Opportunity) -> list[Contact]:
    """Who may be in the meeting from the customer's side: at most 200."""
    return people_of(deal)


def colleagues_for(who: Principal, deal: Opportunity) -> list[User]:
    return possible_owners(who, deal)


def _line(question: OutlineQuestion) -> Line:
    said = list(question.answers.all())
    return Line(question, [a for a in said if not a.withdrawn_at], [a for a in said if a.withdrawn_at])


def _group(dimension: Dimension, lines: list[Line], meter: Meter) -> Group:
    mine = [line for line in lines if line.question.dimension == dimension]
    return Group(dimension, DIMENSION_NAMES[dimension], meter.of(dimension), mine)
