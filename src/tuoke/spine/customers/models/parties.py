from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import Department, OwnedQuerySet, User
from tuoke.base.accounts.rules import Permission, Principal, Scope
from tuoke.spine.catalog.models import MARKETS, Campaign, LeadSource
from tuoke.spine.catalog.rules import Market
from tuoke.spine.customers import hooks
from tuoke.spine.customers.rules import Channel, DecisionRole, LeadStatus, Tier

if TYPE_CHECKING:
    from typing import Self

TIER_NAMES = {Tier.FOCUS: _("重点攻坚"), Tier.NURTURE: _("持续培育"), Tier.WATCH: _("长期观察")}
STATUS_NAMES = {
    LeadStatus.OPEN: _("跟进中"),
    LeadStatus.CONVERTED: _("已转商机"),
    LeadStatus.DISCARDED: _("无效"),
    LeadStatus.MERGED: _("已合并"),
}
CHANNEL_NAMES = {
    Channel.PHONE: _("电话"),
    Channel.EMAIL: _("邮件"),
    Channel.WECHAT: _("微信"),
    Channel.SMS: _("短信"),
    Channel.VISIT: _("拜访"),
    Channel.OFFLINE_MEETING: _("线下会议"),
    Channel.ONLINE_MEETING: _("线上会议"),
}
DECISION_ROLE_NAMES = {
    DecisionRole.UNKNOWN: _("未知"),
    DecisionRole.DECIDER: _("决策人"),
    DecisionRole.INFLUENCER: _("影响者"),
    DecisionRole.USER: _("使用者"),
    DecisionRole.BLOCKER: _("反对者"),
}
TIERS = [(t.value, name) for t, name in TIER_NAMES.items()]
STATUSES = [(s.value, name) for s, name in STATUS_NAMES.items()]
CHANNELS = [(c.value, name) for c, name in CHANNEL_NAMES.items()]
DECISION_ROLES = [(r.value, name) for r, name in DECISION_ROLE_NAMES.items()]
OWNED, POOLED = Q(owner__isnull=False), Q(owner__isnull=True)
DUE, TOUCHED = Q(due_on__isnull=False), Q(last_touch_at__isnull=False)


class PartyFacts(models.Model):
    """What is known of a company or person; ranges have open ends (NULL), amounts are yuan.

    Score and tier are results of ``steps.leads``: ``score_max`` is what could be reached if every unknown fact were the
    best possible, ``scored_profile`` and ``scored_number`` name the profile's version that made them, ``qualified_at``
    is when the threshold was first reached (S2.4). ``verified`` and ``disputed`` are sets of ``rules.FactKind`` as bits
    (S2.7). ``owned_since`` is when the present owner got it; ``due_on`` is the next touch by the tier's cadence,
    ``recycle_on`` the day on which it goes back to the pool (S2.5, S2.6); NULL where no rule applies.
    ``core`` and ``sound`` are what look-alikes are found by (``rules.traces_of``).
    """

    market = models.CharField(_("市场"), max_length=3, choices=MARKETS, default=Market.TOB.value)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    industry = models.CharField(_("行业"), max_length=80, blank=True)
    region = models.CharField(_("地区"), max_length=80, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    staff_low = models.PositiveIntegerField(_("员工人数 从"), null=True, blank=True)
    staff_high = models.PositiveIntegerField(_("员工人数 到"), null=True, blank=True)
    revenue_low = models.DecimalField(_("年营收 从"), max_digits=16, decimal_places=2, null=True, blank=True)
    revenue_high = models.DecimalField(_("年营收 到"), max_digits=16, decimal_places=2, null=True, blank=True)
    note = models.TextField(_("备注"), blank=True)
    attributes = models.JSONField(_("其他信息"), default=dict, blank=True)
    is_practice = models.BooleanField(_("练习"), default=False)
    score = models.DecimalField(_("得分"), max_digits=3, decimal_places=1, null=True, blank=True)
    score_max = models.DecimalField(max_digits=3, decimal_places=1, null=True, blank=True)
    scored_profile = models.PositiveIntegerField(null=True)
    scored_number = models.PositiveIntegerField(null=True)
    qualified_at = models.DateTimeField(null=True, blank=True)
    tier = models.CharField(_("跟进级别"), max_length=8, choices=TIERS, blank=True)
    tier_by_hand = models.BooleanField(_("手工定级"), default=False)
    tier_reason = models.CharField(_("定级理由"), max_length=200, blank=True)
    verified = models.PositiveSmallIntegerField(default=0)
    disputed = models.PositiveSmallIntegerField(default=0)
    owned_since = models.DateTimeField(null=True, blank=True)
    last_touch_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(_("该联系了"), null=True, blank=True)
    recycle_on = models.DateField(_("收回日期"), null=True, blank=True)
    core = models.CharField(max_length=60, editable=False, default="")
    sound = models.BigIntegerField(editable=False, null=True)
    version = models.PositiveIntegerField(default=1)
    search_text = models.TextField(editable=False, default="")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        abstract = True


class CustomerQuerySet(OwnedQuerySet["Customer"]):
    read_permission = Permission.CUSTOMER_READ
    write_permission = Permission.CUSTOMER_WRITE

    def visible_to(self, who: Principal, action: str = "read") -> Self:
        """What was merged can be read, so that its page leads on; nobody changes it any more (S2.3)."""
        seen = super().visible_to(who, action)
        return seen if action == "read" else seen.filter(merged_into=None)

    def within_reach_of(self, who: Principal) -> Self:
        """What ``who`` may change, or could if it weren't merged."""
        return super().visible_to(who, "write")

    def scope_q(self, who: Principal, scope: Scope, action: str) -> Q:
        """``action="claim"``: what waits in the pool for whoever may write customers; it isn't read before (S2.6)."""
        if action == "claim":
            return Q(owner=None, merged_into=None)
        seen = super().scope_q(who, scope, action)
        if scope is not Scope.ALL and action == "read":
            for extra in hooks.extra_visibility:
                seen |= extra(who)
        return seen

    def real(self) -> Self:
        """Without practice, and without what was merged into another: what lists and figures are made of."""
        return self.filter(is_practice=False, merged_into=None)


class Customer(PartyFacts):
    """客户: a company, or a person in ToC. ``name_key`` is the normalised name (``exchange.rules.company_key``)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("客户名称"), max_length=120)
    name_key = models.CharField(max_length=120, editable=False)
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="customers", verbose_name=_("负责人"), db_index=False
    )
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-id"], name="customers_owner"),
            models.Index(fields=["department", "-id"], name="customers_department"),
            models.Index(fields=["name_key"], name="customers_name_key"),
            models.Index(fields=["merged_into"], name="customers_merged", condition=Q(merged_into__isnull=False)),
            models.Index(fields=["core", "id"], name="customers_core", condition=~Q(core="")),
            models.Index(fields=["sound"], name="customers_sound", condition=Q(sound__isnull=False)),
            models.Index(fields=["phone"], name="customers_phone", condition=~Q(phone="")),
            models.Index(fields=["credit_code"], name="customers_credit_code", condition=~Q(credit_code="")),
            models.Index(fields=["owner", "due_on", "id"], name="customers_due", condition=Q(due_on__isnull=False)),
            models.Index(fields=["recycle_on", "id"], name="customers_recycle", condition=Q(recycle_on__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("customers:detail", args=[self.pk])


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        """A contact is seen with its customer."""
        return self.filter(customer__in=Customer.objects.visible_to(who, action))


class Contact(models.Model):
    """A person at a customer. ``do_not_contact`` (勿扰) stops every channel (O5): what he said himself may still be written
    down, but nobody is offered to call, write or visit; it is dated and has its reason."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contacts")
    name = models.CharField(_("姓名"), max_length=60)
    position = models.CharField(_("职位"), max_length=60, blank=True)
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    email = models.EmailField(_("邮箱"), blank=True)
    wechat = models.CharField(_("微信"), max_length=60, blank=True)
    preferred_channel = models.CharField(_("偏好渠道"), max_length=16, choices=CHANNELS, blank=True)
    role = models.CharField(_("决策链角色"), max_length=12, choices=DECISION_ROLES, blank=True, default="")
    contacted_on = models.DateField(_("首次接触日期"), null=True, blank=True)
    do_not_contact = models.BooleanField(_("勿扰"), default=False)
    do_not_contact_reason = models.CharField(_("勿扰原因"), max_length=200, blank=True)
    do_not_contact_since = models.DateField(_("勿扰起始"), null=True, blank=True)
    note = models.TextField(_("备注"), blank=True)
    version = models.PositiveIntegerField(default=1)
    search_text = models.TextField(editable=False, default="")

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["phone"], name="contacts_phone", condition=~Q(phone="")),
            models.Index(fields=["email"], name="contacts_email", condition=~Q(email="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(do_not_contact=True, do_not_contact_since__isnull=False)
                | Q(do_not_contact=False, do_not_contact_since=None, do_not_contact_reason=""),
                name="contacts_left_alone_since",
            )
        ]

    def __str__(self) -> str:
        return self.name


class LeadQuerySet(OwnedQuerySet["Lead"]):
    read_permission = Permission.LEAD_READ
    write_permission = Permission.LEAD_WRITE

    def visible_to(self, who: Principal, action: str = "read") -> Self:
        """What was merged can be read, so that its page leads on; nobody changes it any more (S2.3)."""
        seen = super().visible_to(who, action)
        return seen if action == "read" else seen.exclude(status=LeadStatus.MERGED)

    def within_reach_of(self, who: Principal) -> Self:
        """What ``who`` may change, or could if it weren't merged; and the pool, where he gives leads out (S2.6)."""
        reach = super().visible_to(who, "write")
        return reach | self.filter(owner=None) if who.may(Permission.LEAD_ASSIGN) else reach

    def scope_q(self, who: Principal, scope: Scope, action: str) -> Q:
        """Beside one's scope, whoever may write leads sees the pool (S2.6); what is in the pool nobody edits."""
        seen = super().scope_q(who, scope, action)
        if action == "read" and scope is not Scope.ALL and who.may(Permission.LEAD_WRITE):
            seen |= Q(owner=None)
        return seen

    def in_pool(self) -> Self:
        return self.filter(owner=None, status=LeadStatus.OPEN)

    def real(self) -> Self:
        """Without practice, and without what was merged into another: what lists and figures are made of."""
        return self.filter(is_practice=False).exclude(status=LeadStatus.MERGED)


class Lead(PartyFacts):
    """线索: one buying intention of one party. ``party_key`` + ``want_key`` is the duplicate key (S2, words).

    ``referrer`` is the customer who recommended us (S2.1). Merged leads point at the one that was kept (S2.3).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    company = models.CharField(_("公司名称"), max_length=120, blank=True)
    party_key = models.CharField(max_length=120, editable=False)
    contact = models.CharField(_("联系人"), max_length=60, blank=True)
    position = models.CharField(_("职位"), max_length=60, blank=True)
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    email = models.EmailField(_("邮箱"), blank=True)
    wechat = models.CharField(_("微信"), max_length=60, blank=True)
    want = models.TextField(_("需求"), blank=True)
    want_key = models.CharField(max_length=64, editable=False, blank=True)
    budget_low = models.DecimalField(_("预算 从"), max_digits=16, decimal_places=2, null=True, blank=True)
    budget_high = models.DecimalField(_("预算 到"), max_digits=16, decimal_places=2, null=True, blank=True)
    purchase_on = models.DateField(_("预计采购时间"), null=True, blank=True)
    decision_maker = models.BooleanField(_("已接触决策人"), null=True, blank=True)
    source = models.ForeignKey(
        LeadSource, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("线索来源")
    )
    source_detail = models.CharField(_("来源明细"), max_length=120, blank=True)
    referrer = models.ForeignKey(
        Customer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="referred",
        verbose_name=_("介绍人（老客户）"),
        db_index=False,
    )
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="leads", verbose_name=_("拓展计划")
    )
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="leads", verbose_name=_("负责人"), db_index=False
    )
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    status = models.CharField(_("状态"), max_length=10, choices=STATUSES, default=LeadStatus.OPEN.value)
    status_reason = models.CharField(_("原因"), max_length=200, blank=True)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="leads", db_index=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    objects = LeadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(company="", contact="", phone="", email="", wechat=""), name="leads_somebody"
            ),
            models.CheckConstraint(
                condition=Q(status="merged", merged_into__isnull=False) | ~Q(status="merged") & Q(merged_into=None),
                name="leads_merged_into_one",
            ),
            models.CheckConstraint(
                condition=Q(budget_low=None) | Q(budget_high=None) | Q(budget_high__gte=models.F("budget_low")),
                name="leads_budget_range",
            ),
        ]
        indexes = [
            # What has an owner and what waits in the pool have indexes of their own: PostgreSQL can't keep an order
            # behind "owner IS NULL".
            models.Index(fields=["owner", "status", "-id"], name="leads_owner", condition=OWNED),
            models.Index(fields=["owner", "status", "-score", "-id"], name="leads_owner_score", condition=OWNED),
            models.Index(fields=["owner", "status", "purchase_on", "id"], name="leads_owner_purchase", condition=OWNED),
            models.Index(fields=["status", "-id"], name="leads_pool", condition=POOLED),
            models.Index(fields=["status", "-score", "-id"], name="leads_pool_score", condition=POOLED),
            models.Index(fields=["status", "purchase_on", "id"], name="leads_pool_purchase", condition=POOLED),
            models.Index(fields=["status", "-id"], name="leads_status"),
            models.Index(fields=["status", "-score", "-id"], name="leads_score"),
            models.Index(fields=["status", "purchase_on", "id"], name="leads_purchase"),
            models.Index(fields=["department", "status", "-id"], name="leads_department"),
            models.Index(fields=["customer", "-id"], name="leads_customer", condition=Q(customer__isnull=False)),
            models.Index(fields=["referrer"], name="leads_referrer", condition=Q(referrer__isnull=False)),
            models.Index(fields=["party_key"], name="leads_party_key"),
            models.Index(fields=["merged_into"], name="leads_merged", condition=Q(merged_into__isnull=False)),
            models.Index(fields=["core", "id"], name="leads_core", condition=~Q(core="")),
            models.Index(fields=["sound"], name="leads_sound", condition=Q(sound__isnull=False)),
            models.Index(fields=["phone"], name="leads_phone", condition=~Q(phone="")),
            models.Index(fields=["credit_code"], name="leads_credit_code", condition=~Q(credit_code="")),
            models.Index(fields=["email"], name="leads_email", condition=~Q(email="")),
            # IS NOT NULL as SQLite finds it in "due_on <= …"; a tier is asked for with "tier > ''" beside it.
            models.Index(fields=["owner", "status", "due_on", "id"], name="leads_due", condition=DUE),
            models.Index(fields=["status", "due_on", "id"], name="leads_all_due", condition=DUE),
            models.Index(
                fields=["status", "recycle_on", "id"], name="leads_recycle", condition=Q(recycle_on__isnull=False)
            ),
            models.Index(
                fields=["owner", "status", "last_touch_at", "id"], name="leads_owner_touched", condition=TOUCHED
            ),
            models.Index(fields=["status", "last_touch_at", "id"], name="leads_touched", condition=TOUCHED),
            models.Index(fields=["tier", "-id"], name="leads_tier", condition=Q(tier__gt="")),
            models.Index(fields=["created_at"], name="leads_created"),
        ]

    def __str__(self) -> str:
        return self.company or self.contact or self.phone or self.email or self.wechat

    def get_absolute_url(self) -> str:
        return reverse("leads:detail", args=[self.pk])
