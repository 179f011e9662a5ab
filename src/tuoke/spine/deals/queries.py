from __future__ import annotations

from django.db.models import Q, QuerySet

from tuoke.base.accounts.models import owned_by
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.records.models import key_of
from tuoke.spine.deals import hooks
from tuoke.spine.deals.models import Membership, Opportunity, Waiver
from tuoke.spine.playbook.models import PlaybookVersion
from tuoke.spine.playbook.queries import ticks_of
from tuoke.spine.playbook.rules import FactValue, Judgement, ResolvedPlaybook, StepKey, judge, resolve, variant_named

_PROCESSES_KEPT = 256
_processes: dict[tuple[str, str], ResolvedPlaybook] = {}


def joined_customers(who: Principal) -> Q:
    """Membership in a deal lets one read its customer (wired into ``customers.hooks.extra_visibility``)."""
    if not who.user_id:
        return Q(pk__in=())
    joined = Membership.objects.current().filter(user_id=who.user_id).values("opportunity__customer_id")
    return Q(pk__in=joined)


def process_of(deal: Opportunity) -> ResolvedPlaybook:
    """The playbook as this deal runs it: its own version, its own variant (P1, P3)."""
    return process_for(deal.playbook_version, deal.variant)


def process_for(version: PlaybookVersion, variant: str) -> ResolvedPlaybook:
    """A version as a variant runs it; worked out once a process. Doesn't touch a deferred ``content`` it knows."""
    key = (version.digest, variant)
    if key not in _processes:
        if len(_processes) >= _PROCESSES_KEPT:
            _processes.clear()
        doc = version.document()
        _processes[key] = resolve(doc, variant_named(doc, variant))
    return _processes[key]


def facts_about(deal: Opportunity) -> dict[str, FactValue]:
    """Everything that anybody knows of the deal, by ``playbook.rules.fact_key``."""
    return {key: value for source in hooks.fact_sources for key, value in source(deal).items()}


def gate_judgement(deal: Opportunity) -> Judgement:
    """The gate before the next step: this step's criteria and every earlier one's, as things are now.

    A lost or void deal is judged by its review alone. ``queries.waivers_of`` and ticks count as they stand.
    """
    waived = Waiver.objects.filter(opportunity=deal).values_list("criterion", flat=True)
    return judge_with(deal, facts=facts_about(deal), ticked=set(ticks_of(deal)), waived=set(waived))


def judge_with(deal: Opportunity, *, facts: dict[str, FactValue], ticked: set[str], waived: set[str]) -> Judgement:
    """``gate_judgement`` on what is already at hand."""
    process, step = process_of(deal), StepKey(deal.step)
    criteria = process.gate(step) if deal.standing.is_given_up else process.gates_through(step)
    return judge(criteria, facts, ticked=ticked, waived=waived)


def is_manager_of(who: Principal, deal: Opportunity) -> bool:
    """Whether ``who`` may waive criteria of this deal: his own right, in its own scope."""
    if not who.may(Permission.DEAL_WAIVE):
        return False
    seen = owned_by(who, who.scope_of(Permission.DEAL_WAIVE))
    return Opportunity.objects.filter(seen, pk=deal.pk).exists()


def members_of(deal: Opportunity) -> QuerySet[Membership]:
    return deal.memberships.select_related("user", "user__department").order_by("id")


def subject_of(deal: Opportunity) -> str:
    """How ticks and history name the deal."""
    return key_of(deal)
