"""What is done with proposals on their way. Refusals are codes; ``words`` has the sentences."""

from tuoke.steps.proposals.sendings.actions.asking import ask_claims, may_decide, may_receive, on_decided, url_of
from tuoke.steps.proposals.sendings.actions.customer import customer_reads, customer_remarks, customer_takes_back
from tuoke.steps.proposals.sendings.actions.delivering import prepare, wake
from tuoke.steps.proposals.sendings.actions.meetings import (
    present,
    restore_presentation,
    withdraw_presentation,
)
from tuoke.steps.proposals.sendings.actions.repointing import repoint
from tuoke.steps.proposals.sendings.actions.sending import answer_remark, cancel, retry, send

__all__ = [
    "answer_remark", "ask_claims", "cancel", "customer_reads", "customer_remarks", "customer_takes_back", "may_decide", "may_receive", "on_decided", "prepare",
    "present", "repoint", "restore_presentation", "retry", "send", "url_of", "wake", "withdraw_presentation",
]  # fmt: skip
