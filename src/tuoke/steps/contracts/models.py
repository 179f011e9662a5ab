from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import OfDealQuerySet, Opportunity
from tuoke.spine.library.models import ItemVersion
from tuoke.steps.contracts.rules import NOTE_LIMIT, PARTY_LIMIT, TITLE_LIMIT, ContractState, Frozen, Kind, Part, parse
from tuoke.steps.negotiation.rounds.models import AgreedTerms

if TYPE_CHECKING:
    from typing import Self

KIND_NAMES = {Kind.MAIN: _("合同"), Kind.AMENDMENT: _("补充协议")}
STATE_NAMES = {
    ContractState.DRAFT: _("起草中"),
    ContractState.SIGNED: _("已签署"),
    ContractState.TERMINATED: _("已解除"),
    ContractState.WITHDRAWN: _("已撤回"),
}
PART_NAMES = {
    Part.SCOPE: _("服务范围"),
    Part.STANDARD: _("交付标准"),
    Part.PAYMENT: _("付款周期"),
    Part.BREACH: _("违约责任"),
    Part.OWN: _("其他约定"),
}
KINDS = [(k.value, name) for k, name in KIND_NAMES.items()]
STATES = [(s.value, name) for s, name in STATE_NAMES.items()]
PARTS = [(p.value, name) for p, name in PART_NAMES.items()]
OPEN = [ContractState.DRAFT.value]

Row = TypeVar("Row", bound=models.Model, covariant=True)


class RoomQuerySet(OfDealQuerySet[Row]):
    reads, writes = Permission.CONTRACT_READ, Permission.CONTRACT_WRITE


class ContractQuerySet(RoomQuerySet["Contract"]):
    def standing(self) -> Self:
        """Not withdrawn: being written, signed, or ended after it was signed."""
        return self.exclude(state=ContractState.WITHDRAWN.value)

    def signed(self) -> Self:
        return self.filter(state=ContractState.SIGNED.value)

    def being_written(self) -> Self:
        return self.filter(state__in=OPEN)


class OfContractQuerySet(models.QuerySet[Row]):
    """Rows of a contract: seen and changed with it."""

    def visible_to(self, who: Principal, action: str = "read") -> Self:
        return self.filter(contract__in=Contract.objects.visible_to(who, action))


class ClauseQuerySet(OfContractQuerySet["Clause"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class ContractVersionQuerySet(OfContractQuerySet["ContractVersion"]):
    """Seen with its contract."""


class AcceptedDifferenceQuerySet(OfContractQuerySet["AcceptedDifference"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class NumberRun(models.Model):
    """The last number given in a year; locked while one is given, so that none is given twice and none is lost."""

    year = models.PositiveIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Contract(models.Model):
    """合同 of a deal (S7.1), or with ``kind`` amendment a 补充协议 to ``parent``. What the customer gets is a
    ``ContractVersion`` of it; ``signed_version`` is what was signed.

    ``amount`` is yuan in all, tax as ``tax_note`` says; of an amendment by how much it changes the main contract's, so it
    may be negative. ``agreed`` are the terms from which it was drafted or with which it was last compared.
    ``delivery_days`` count from ``starts_on``, or from the signature where that is empty. ``is_recorded``: it was signed
    on paper elsewhere and only noted here afterwards; nobody compared its clauses.
    """

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="contracts")
    number = models.CharField(_("合同编号"), max_length=20, unique=True)
    title = models.CharField(_("合同名称"), max_length=TITLE_LIMIT)
    kind = models.CharField(max_length=10, choices=KINDS, default=Kind.MAIN.value)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="amendments")
    state = models.CharField(max_length=10, choices=STATES, default=ContractState.DRAFT.value)
    amount = models.DecimalField(_("合同金额"), max_digits=14, decimal_places=2, null=True, blank=True)
    tax_note = models.CharField(_("税"), max_length=NOTE_LIMIT, blank=True)
    our_party = models.CharField(_("我方名称"), max_length=PARTY_LIMIT, blank=True)
    their_party = models.CharField(_("客户名称"), max_length=PARTY_LIMIT, blank=True)
    our_signer = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("我方签字人")
    )
    their_signer = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("客户签字人")
    )
    starts_on = models.DateField(_("生效日期"), null=True, blank=True)
    ends_on = models.DateField(_("到期日期"), null=True, blank=True)
    delivery_days = models.PositiveIntegerField(_("交付天数"), null=True, blank=True)
    delivery_on = models.DateField(_("交付日期"), null=True, blank=True)
    agreed = models.ForeignKey(AgreedTerms, models.PROTECT, null=True, blank=True, related_name="contracts")
    signed_on = models.DateField(_("签署日期"), null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    signed_version = models.ForeignKey("ContractVersion", models.PROTECT, null=True, blank=True, related_name="+")
    is_recorded = models.BooleanField(default=False)
    ended_on = models.DateField(null=True, blank=True)
    ended_reason = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ContractQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity"],
                condition=Q(kind=Kind.MAIN.value, state__in=[*OPEN, ContractState.SIGNED.value]),
                name="contracts_one_main",
            ),
            models.UniqueConstraint(
                fields=["parent"],
                condition=Q(kind=Kind.AMENDMENT.value, state__in=OPEN),
                name="contracts_one_open_amendment",
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.MAIN.value, parent=None) | Q(kind=Kind.AMENDMENT.value, parent__isnull=False),
                name="contracts_amendment_has_parent",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[*OPEN, ContractState.WITHDRAWN.value], signed_on=None, signed_version=None)
                | Q(
                    state__in=[ContractState.SIGNED.value, ContractState.TERMINATED.value],
                    signed_on__isnull=False,
                    signed_version__isnull=False,
                ),
                name="contracts_signed_iff_dated",
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.AMENDMENT.value) | Q(amount=None) | Q(amount__gt=0), name="contracts_amount"
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="contracts_period",
            ),
        ]
        indexes = [models.Index(fields=["opportunity", "-id"], name="contracts_of_deal")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("contracts:contract", args=[self.pk])

    @property
    def standing(self) -> ContractState:
        return ContractState(self.state)

    @property
    def promised_on(self) -> date | None:
        """The day by which it is to be delivered, as far as that is a day yet."""
        begins = self.starts_on or self.signed_on
        if self.delivery_on is not None or begins is None or self.delivery_days is None:
            return self.delivery_on
        return begins + timedelta(days=self.delivery_days)

    @property
    def is_open(self) -> bool:
        """Still being written: not signed, not withdrawn."""
        return self.state in OPEN

    @property
    def is_signed(self) -> bool:
        return self.state == ContractState.SIGNED

    @property
    def is_amendment(self) -> bool:
        return self.kind == Kind.AMENDMENT


class Clause(models.Model):
    """条款. The text is what is signed; ``values`` are the amounts, dates, periods, counts and percentages that it names,
    read from it whenever it is saved (``rules.reading.stored``). ``source``: the library's clause it began with;
    ``why``: the reasons for which it was put in (codes with parameters); both empty where it was written here.
    ``must_keep``: our library says that no contract goes without it."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="clauses")
    part = models.CharField(_("属于哪一部分"), max_length=10, choices=PARTS)
    title = models.CharField(_("条款名称"), max_length=TITLE_LIMIT)
    text = models.TextField(_("条款内容"))
    values = models.JSONField(default=list, blank=True)
    source = models.ForeignKey(ItemVersion, models.PROTECT, null=True, blank=True, related_name="contract_clauses")
    why = models.JSONField(default=list, blank=True)
    must_keep = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = ClauseQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["contract", "position", "id"], name="contract_clauses")]

    def __str__(self) -> str:
        return self.title


class ContractVersion(models.Model):
    """What a contract said at one moment: what is confirmed, cleared, printed and signed refers to a version. The
    database refuses to change it (migration 0002). ``seal`` is the fingerprint of ``content``."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    seal = models.CharField(max_length=64)
    note = models.CharField(_("这一版改了什么"), max_length=NOTE_LIMIT, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    objects = ContractVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["contract", "number"], name="contract_version_number")]

    def __str__(self) -> str:
        return f"v{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("contracts:version", args=[self.pk])

    @property
    def frozen(self) -> Frozen:
        return parse(self.content)


class AcceptedDifference(models.Model):
    """A manager accepts that the contract departs from what was agreed: that one finding (``key``), as it reads now
    (``seal``). Where either text changes, it has to be accepted anew."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="accepted")
    key = models.CharField(max_length=80)
    seal = models.CharField(max_length=64)
    what = models.CharField(max_length=200)
    reason = models.CharField(_("为什么可以接受"), max_length=500)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = AcceptedDifferenceQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "key", "seal"], condition=Q(withdrawn_at=None), name="contract_accepted_once"
            )
        ]

    def __str__(self) -> str:
        return self.what


def total_of(contracts: list[Contract]) -> Decimal | None:
    """A main contract with its signed amendments; None: no amount is named."""
    named = [contract.amount for contract in contracts if contract.amount is not None]
    return sum(named, Decimal(0)) if named else None
