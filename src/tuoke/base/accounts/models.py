from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.rules import (
    COMPANY_LIMITS,
    PHONE_LIMIT,
    VIEW_NAME_LIMIT,
    VIEW_QUERY_LIMIT,
    Audience,
    Density,
    Function,
    Permission,
    Principal,
    Role,
    Scope,
)

if TYPE_CHECKING:
    from typing import Any, Self

FUNCTION_NAMES = {
    Function.SALES: _("销售"),
    Function.TECH: _("技术"),
    Function.PRODUCT: _("产品"),
    Function.SERVICE: _("售后"),
    Function.LEGAL: _("法务"),
    Function.FINANCE: _("财务"),
}
ROLE_NAMES = {
    Role.REP: _("销售代表"),
    Role.TEAM_LEAD: _("销售主管"),
    Role.DIRECTOR: _("销售总监"),
    Role.PROCESS_OWNER: _("流程负责人"),
    Role.COLLABORATOR: _("协作人"),
    Role.AUDITOR: _("审计"),
    Role.ADMIN: _("系统管理员"),
}

AUDIENCE_NAMES = {
    Audience.OWN: _("只有我"),
    Audience.DEPARTMENT: _("本部门及下属"),
    Audience.ALL: _("所有人"),
}
DENSITY_NAMES = {Density.NORMAL: _("宽松"), Density.COMPACT: _("紧凑")}


class Department(models.Model):
    code = models.CharField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    function = models.CharField(
        _("职能"),
        max_length=10,
        choices=[(f.value, n) for f, n in FUNCTION_NAMES.items()],
        default=Function.SALES.value,
    )
    manager = models.ForeignKey("User", models.SET_NULL, null=True, blank=True, related_name="managed_departments")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, *, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    username = models.CharField(_("用户名"), max_length=60, unique=True)
    name = models.CharField(_("姓名"), max_length=60)
    email = models.EmailField(_("邮箱"), blank=True)
    phone = models.CharField(_("电话"), max_length=PHONE_LIMIT, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="users")
    is_active = models.BooleanField(_("启用"), default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name


class RoleHeld(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="roles_held")
    role = models.CharField(max_length=20, choices=[(r.value, n) for r, n in ROLE_NAMES.items()])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="accounts_role_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role}"


Row = TypeVar("Row", bound=models.Model)


def owned_by(who: Principal, scope: Scope, *, prefix: str = "") -> Q:
    """Rows that carry ``owner`` and ``department`` and lie inside the scope. Fails closed."""
    if scope is Scope.ALL:
        return Q()
    mine = Q(**{f"{prefix}owner_id": who.user_id}) if who.user_id and scope >= Scope.SELF else Q(pk__in=())
    if departments := who.department_ids(scope):
        mine |= Q(**{f"{prefix}department_id__in": sorted(departments)})
    return mine


class OwnedQuerySet(models.QuerySet[Row]):
    """The one door (O1) for rows with an owner and the owner's department. Subclasses name their permissions."""

    read_permission: ClassVar[Permission]
    write_permission: ClassVar[Permission]

    def visible_to(self, who: Principal, action: str = "read") -> Self:
        """The rows that ``who`` may read (``action="read"``) or change (``"write"``)."""
        permission = self.read_permission if action == "read" else self.write_permission
        if not who.may(permission):
            return self.none()
        return self.filter(self.scope_q(who, who.scope_of(permission), action))

    def scope_q(self, who: Principal, scope: Scope, action: str) -> Q:
        return owned_by(who, scope)


class SavedView(models.Model):
    """A list as somebody wants to see it again: ``query`` is its address without the page, ``columns`` are keys of that
    list (empty: the usual ones). A view narrows what one sees; it never opens anything (O1). ``place`` is one of
    ``rules.LISTS``; ``department`` the one that it is shared with. ``removed_at``: taken away, can be brought back.
    """

    place = models.CharField(max_length=20)
    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    name = models.CharField(_("名称"), max_length=VIEW_NAME_LIMIT)
    query = models.CharField(max_length=VIEW_QUERY_LIMIT, blank=True)
    columns: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    audience = models.CharField(
        _("给谁用"),
        max_length=10,
        choices=[(a.value, n) for a, n in AUDIENCE_NAMES.items()],
        default=Audience.OWN.value,
    )
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "place", "name"], name="accounts_view_once", condition=Q(removed_at=None)
            ),
            models.CheckConstraint(
                condition=~Q(audience="department") | Q(department__isnull=False), name="accounts_view_department"
            ),
        ]
        indexes = [models.Index(fields=["place", "audience"], name="accounts_view_place")]

    def __str__(self) -> str:
        return self.name


class ListLayout(models.Model):
    """How one person wants one view of a list drawn: columns in their order, and how dense. ``view`` is the list's name
    for it ("" is the plain list). ``is_first``: the list opens with it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    place = models.CharField(max_length=20)
    view = models.CharField(max_length=40, blank=True)
    columns: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    density = models.CharField(
        max_length=8, choices=[(d.value, n) for d, n in DENSITY_NAMES.items()], default=Density.NORMAL.value
    )
    is_first = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "place", "view"], name="accounts_layout_once"),
            models.UniqueConstraint(fields=["user", "place"], name="accounts_layout_first", condition=Q(is_first=True)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.place} {self.view}"


class Company(models.Model):
    """The company's card: what its customers read on their pages and documents. One row at most."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(_("公司名称"), max_length=COMPANY_LIMITS["name"])
    phone = models.CharField(_("电话"), max_length=COMPANY_LIMITS["phone"], blank=True)
    address = models.CharField(_("地址"), max_length=COMPANY_LIMITS["address"], blank=True)
    website = models.CharField(_("网址"), max_length=COMPANY_LIMITS["website"], blank=True)
    logo = models.BinaryField(null=True)
    logo_type = models.CharField(max_length=20, blank=True)
    logo_digest = models.CharField(max_length=16, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="accounts_one_company")]

    def __str__(self) -> str:
        return self.name
