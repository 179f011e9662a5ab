from datetime import date, time

import pytest

from tuoke.services.notifications.rules import address_of
from tuoke.spine.followups.rules import Plan
from tuoke.steps.outreach.mails.rules import Recipient, WhyNot, may_be_written_to, may_leave

CHEN = Recipient("7", "陈志强", "chen@x.cn", 7)


@pytest.mark.parametrize(
    ("person", "why"),
    [
        (CHEN, None),
        (Recipient("7", "陈志强", "", 7), WhyNot.NO_ADDRESS),
        (Recipient("7", "陈志强", "chen@x.cn", 7, left_alone=True), WhyNot.LEFT_ALONE),
    ],
)
def test_who_can_be_written_to(person, why):
    assert person.why_not is why
    assert bool(may_be_written_to([CHEN, person])) is (why is None)


@pytest.mark.parametrize("name", ["陈志强", "陈, 志强", "陈<志>强\r\nBcc: spy@x.cn", '"陈"', ""])
def test_a_name_never_changes_where_a_letter_goes(name):
    assert address_of(Recipient("7", name, "chen@x.cn").header) == "chen@x.cn"


@pytest.mark.parametrize(
    ("missing", "invite", "plan", "codes"),
    [
        ((), "", None, ()),
        (("近况", "称呼"), "", None, ("text_facts_missing",)),
        ((), "next", None, ("invite_no_time",)),
        ((), "next", Plan("回访", date(2026, 11, 24)), ("invite_no_time",)),
        ((), "next", Plan("回访", date(2026, 11, 24), time(10)), ()),
        ((), "12", None, ()),
    ],
)
def test_what_a_letter_lacks(missing, invite, plan, codes):
    assert may_leave(missing=missing, invite=invite, plan=plan).codes == codes
