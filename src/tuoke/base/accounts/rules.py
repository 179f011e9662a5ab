"""Who may do what, on whose records (O1). Rights are a union of (permission, scope) pairs: nothing unless granted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from unicodedata import category

from tuoke.base.kernel.verdict import YES, Verdict, no


class Permission(StrEnum):
    ACCOUNT = "account"  # one's own account: password, language, today's page
    TODAY = "today"
    SEARCH = "search"
    LEAD_READ = "lead.read"
    LEAD_WRITE = "lead.write"
    LEAD_IMPORT = "lead.import"
    LEAD_ASSIGN = "lead.assign"
    CUSTOMER_READ = "customer.read"
    CUSTOMER_WRITE = "customer.write"
    DEAL_READ = "deal.read"
    DEAL_WRITE = "deal.write"
    DEAL_WAIVE = "deal.waive"
    FOLLOWUP_READ = "followup.read"
    FOLLOWUP_WRITE = "followup.write"
    NEED_READ = "need.read"
    NEED_WRITE = "need.write"
    PROPOSAL_READ = "proposal.read"  # proposals, objections, demonstrations, sign-offs
    PROPOSAL_WRITE = "proposal.write"
    NEGOTIATION_READ = "negotiation.read"  # plans, rounds, signals; never bottom lines, which have a door of their own
    NEGOTIATION_WRITE = "negotiation.write"
    OFFER_READ = "offer.read"  # what a deal costs: price lines, values, the papers that carry them
    OFFER_WRITE = "offer.write"
    CONTRACT_READ = "contract.read"
    CONTRACT_WRITE = "contract.write"
    PAYMENT_READ = "payment.read"
    PAYMENT_WRITE = "payment.write"
    PROJECT_READ = "project.read"  # kick-off plan, team, first delivery
    PROJECT_WRITE = "project.write"
    REVIEW_READ = "review.read"  # reviews and visits after signing
    REVIEW_WRITE = "review.write"
    IMPROVEMENT_READ = "improvement.read"  # what is to change, without the deal that taught it
    IMPROVEMENT_WRITE = "improvement.write"
    EFFECT_READ = "effect.read"  # what a new version of the process has changed, in figures of all deals
    APPROVALS = "approvals"  # what waits for one's own decision, and what one asked for
    PROFILE_READ = "profile.read"
    PROFILE_WRITE = "profile.write"
    CATALOG_WRITE = "catalog.write"  # products, competitors, sources and what they cost
    GOAL_READ = "goal.read"
    GOAL_WRITE = "goal.write"
    RESOURCE_READ = "resource.read"
    RESOURCE_REQUEST = "resource.request"
    RESOURCE_WRITE = "resource.write"
    LEAD_RULES = "lead.rules"  # pool, cadence and assignment
    LIBRARY_READ = "library.read"
    LIBRARY_WRITE = "library.write"
    PLAYBOOK_READ = "playbook.read"
    PLAYBOOK_WRITE = "playbook.write"
    EXPORT = "export"
    ORG_READ = "org.read"
    ORG_WRITE = "org.write"
    GALLERY = "gallery"


class Role(StrEnum):
    REP = "rep"
    TEAM_LEAD = "team_lead"
    DIRECTOR = "director"
    PROCESS_OWNER = "process_owner"
    COLLABORATOR = "collaborator"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Scope(IntEnum):
    """Whose records: a larger number sees more."""

    NONE = 0
    JOINED = 1  # projects one is a member of
    SELF = 2
    DEPARTMENT = 3
    TREE = 4  # department and below
    ALL = 5


class Function(StrEnum):
    """What a department does (P4)."""

    SALES = "sales"
    TECH = "tech"
    PRODUCT = "product"
    SERVICE = "service"
    LEGAL = "legal"
    FINANCE = "finance"


_P = Permission
_EVERYBODY = {_P.ACCOUNT, _P.TODAY, _P.PLAYBOOK_READ, _P.APPROVALS}
_READ_CASES = {
    _P.LEAD_READ,
    _P.CUSTOMER_READ,
    _P.DEAL_READ,
    _P.FOLLOWUP_READ,
    _P.NEED_READ,
    _P.SEARCH,
    _P.PROPOSAL_READ,
    _P.NEGOTIATION_READ,
    _P.OFFER_READ,
    _P.CONTRACT_READ,
    _P.PAYMENT_READ,
    _P.PROJECT_READ,
    _P.REVIEW_READ,
    _P.IMPROVEMENT_READ,
}
_WRITE_CASES = {
    _P.LEAD_WRITE,
    _P.LEAD_IMPORT,
    _P.CUSTOMER_WRITE,
    _P.DEAL_WRITE,
    _P.FOLLOWUP_WRITE,
    _P.NEED_WRITE,
    _P.PROPOSAL_WRITE,
    _P.NEGOTIATION_WRITE,
    _P.OFFER_WRITE,
    _P.CONTRACT_WRITE,
    _P.PAYMENT_WRITE,
    _P.PROJECT_WRITE,
    _P.REVIEW_WRITE,
    _P.IMPROVEMENT_WRITE,
}
_PLANS = {_P.PROFILE_READ, _P.GOAL_READ, _P.RESOURCE_READ, _P.LIBRARY_READ}
_SELL = _EVERYBODY | _READ_CASES | _WRITE_CASES | _PLANS | {_P.RESOURCE_REQUEST, _P.EXPORT}
_LEAD = _SELL | {
    _P.DEAL_WAIVE,
    _P.LEAD_ASSIGN,
    _P.ORG_READ,
    _P.GOAL_WRITE,
    _P.RESOURCE_WRITE,
    _P.LIBRARY_WRITE,
    _P.EFFECT_READ,
}

GRANTS: Mapping[Role, tuple[Scope, frozenset[Permission]]] = {
    Role.REP: (Scope.SELF, frozenset(_SELL)),
    Role.TEAM_LEAD: (Scope.TREE, frozenset(_LEAD)),
    Role.DIRECTOR: (Scope.ALL, frozenset(_LEAD | {_P.PROFILE_WRITE, _P.CATALOG_WRITE, _P.LEAD_RULES})),
    Role.PROCESS_OWNER: (
        Scope.NONE,
        frozenset(
            _EVERYBODY
            | {
                _P.PROFILE_READ,
                _P.PROFILE_WRITE,
                _P.CATALOG_WRITE,
                _P.PLAYBOOK_WRITE,
                _P.LIBRARY_READ,
                _P.LIBRARY_WRITE,
                _P.IMPROVEMENT_READ,
                _P.IMPROVEMENT_WRITE,
                _P.EFFECT_READ,
            }
        ),
    ),
    Role.COLLABORATOR: (
        Scope.JOINED,
        frozenset(
            _EVERYBODY
            | {
                _P.DEAL_READ,
                _P.CUSTOMER_READ,
                _P.FOLLOWUP_READ,
                _P.FOLLOWUP_WRITE,
                _P.LIBRARY_READ,
                _P.REVIEW_READ,
                _P.REVIEW_WRITE,
            }
        ),
    ),
    Role.AUDITOR: (Scope.ALL, frozenset(_EVERYBODY | _READ_CASES | _PLANS | {_P.EXPORT, _P.ORG_READ, _P.EFFECT_READ})),
    Role.ADMIN: (Scope.NONE, frozenset(_EVERYBODY | {_P.ORG_READ, _P.ORG_WRITE, _P.GALLERY})),
}

_BUILDS = {_P.NEED_READ, _P.PROPOSAL_READ, _P.PROJECT_READ, _P.PROJECT_WRITE}
SECTIONS: Mapping[Function, frozenset[Permission]] = {
    Function.SALES: frozenset({_P.NEED_READ, _P.PROPOSAL_READ, _P.OFFER_READ, _P.PROJECT_READ}),
    Function.TECH: frozenset(_BUILDS),
    Function.PRODUCT: frozenset(_BUILDS),
    Function.SERVICE: frozenset({_P.NEED_READ, _P.PROJECT_READ, _P.PROJECT_WRITE}),
    Function.LEGAL: frozenset({_P.CONTRACT_READ}),
    Function.FINANCE: frozenset({_P.OFFER_READ, _P.CONTRACT_READ, _P.PAYMENT_READ, _P.PAYMENT_WRITE}),
}
"""What a collaborator sees of the projects that he has joined, beside the deal itself: his department's sections (P4)."""


class Audience(StrEnum):
    """Who is offered a saved view of a list."""

    OWN = "own"
    DEPARTMENT = "department"  # the sharer's department and those below it
    ALL = "all"


class Density(StrEnum):
    NORMAL = "normal"
    COMPACT = "compact"


VIEW_NAME_LIMIT = 40
VIEW_QUERY_LIMIT = 2000
VIEWS_MOST = 50
"""Views that one person may keep of one list."""


@dataclass(frozen=True, slots=True)
class ListPlace:
    """A list whose views can be saved: who may use it, and who may share a view with others."""

    use: Permission
    share: Permission


LISTS: Mapping[str, ListPlace] = {"leads": ListPlace(use=_P.LEAD_READ, share=_P.LEAD_ASSIGN)}


def audiences(scope: Scope, *, has_department: bool) -> tuple[Audience, ...]:
    """With whom one may share, who holds the right to share in this scope."""
    found = [Audience.OWN]
    if scope >= Scope.DEPARTMENT and has_department:
        found.append(Audience.DEPARTMENT)
    if scope is Scope.ALL:
        found.append(Audience.ALL)
    return tuple(found)


PHONE_LIMIT = 40
LOGO_LIMIT = 200_000
"""Bytes: it is loaded by a phone, before anything else is seen."""
COMPANY_LIMITS: Mapping[str, int] = {"name": 80, "phone": PHONE_LIMIT, "address": 160, "website": 200}


@dataclass(frozen=True, slots=True)
class CompanyDraft:
    """What the company says of itself. ``logo``: None leaves it, empty takes it away, else PNG or JPEG."""

    name: str
    phone: str = ""
    address: str = ""
    website: str = ""
    logo: bytes | None = None


def may_be_company(draft: CompanyDraft) -> Verdict:
    """name_missing · too_long · broken · website_not_http · logo_too_large · logo_not_image, each with its ``field``."""
    verdict = YES if draft.name.strip() else no("name_missing", field="name")
    for name, limit in COMPANY_LIMITS.items():
        text = getattr(draft, name).strip()
        if len(text) > limit:
            verdict &= no("too_long", field=name, limit=limit)
        if any(category(char) in ("Cc", "Cs", "Co") for char in text):
            verdict &= no("broken", field=name)
    if draft.website and not draft.website.startswith(("https://", "http://")):
        verdict &= no("website_not_http", field="website")
    if draft.logo and len(draft.logo) > LOGO_LIMIT:
        verdict &= no("logo_too_large", field="logo", limit=LOGO_LIMIT // 1000)
    if draft.logo and not image_type(draft.logo):
        verdict &= no("logo_not_image", field="logo")
    return verdict


def image_type(data: bytes) -> str:
    """What a picture is by its first bytes, whatever its name says; empty for anything but PNG and JPEG."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR":
        return "image/png"
    return "image/jpeg" if data.startswith(b"\xff\xd8\xff") else ""


READ_SCOPES = frozenset(p for p in Permission if p.value.endswith(".read"))


class PrincipalKind(StrEnum):
    USER = "user"
    TOKEN = "token"  # noqa: S105  # a kind of principal, not a secret
    LINK = "link"
    IMPORT = "import"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts. Actions take it as ``by``; every query starts from it.

    ``grants`` maps a permission to the scope in which it holds. ``department_ids`` are the departments that
    DEPARTMENT and TREE mean for this person (his own first). ``reason`` names an import or a system job.
    """

    kind: PrincipalKind
    user_id: int | None
    name: str
    grants: Mapping[Permission, Scope] = field(default_factory=dict)
    department_id: int | None = None
    tree_ids: frozenset[int] = frozenset()
    roles: frozenset[Role] = frozenset()
    reason: str = ""

    def may(self, permission: Permission) -> bool:
        return self.kind is PrincipalKind.SYSTEM or permission in self.grants

    def scope_of(self, permission: Permission) -> Scope:
        return Scope.ALL if self.kind is PrincipalKind.SYSTEM else self.grants.get(permission, Scope.NONE)

    def department_ids(self, scope: Scope) -> frozenset[int]:
        """The departments whose records the scope opens; empty where it opens none or all."""
        if scope is Scope.TREE:
            return self.tree_ids
        if scope is Scope.DEPARTMENT and self.department_id is not None:
            return frozenset({self.department_id})
        return frozenset()

    def importing(self, reason: str) -> Principal:
        """The same person, acting through an import: same rights, named in the history."""
        return _replace(self, kind=PrincipalKind.IMPORT, reason=reason)

    def as_token(self, *, read_only: bool) -> Principal:
        """A token never has more than its owner; a read token only what reads."""
        grants = {p: s for p, s in self.grants.items() if p in READ_SCOPES or p is Permission.SEARCH}
        return _replace(self, kind=PrincipalKind.TOKEN, grants=grants if read_only else self.grants)


def system(reason: str) -> Principal:
    """The system itself, always with a reason that can be read in the history."""
    return Principal(kind=PrincipalKind.SYSTEM, user_id=None, name="系统", reason=reason)


def link_holder(*, name: str, reason: str) -> Principal:
    """A customer with a private link: no permission but what the link itself opens."""
    return Principal(kind=PrincipalKind.LINK, user_id=None, name=name, reason=reason)


def union(roles: Iterable[Role], *, function: Function | None = None) -> dict[Permission, Scope]:
    """The rights of several roles together: per permission the widest scope. ``function``: what the department of a
    collaborator does; without one he is of the sales side."""
    grants: dict[Permission, Scope] = {}
    for role in roles:
        scope, permissions = GRANTS[role]
        if role is Role.COLLABORATOR:
            permissions = permissions | SECTIONS[function or Function.SALES]
        for permission in permissions:
            grants[permission] = max(scope, grants.get(permission, Scope.NONE))
    return grants


def below(root: int, parents: Mapping[int, int | None]) -> frozenset[int]:
    """A department and all below it; ``parents`` maps each department to its parent. A cycle ends, never hangs."""
    found, grown = {root}, True
    while grown:
        more = {child for child, parent in parents.items() if parent in found and child not in found}
        found |= more
        grown = bool(more)
    return frozenset(found)


def above(department: int, parents: Mapping[int, int | None]) -> frozenset[int]:
    """A department and all above it. A cycle ends, never hangs."""
    found: set[int] = set()
    here: int | None = department
    while here is not None and here not in found:
        found.add(here)
        here = parents.get(here)
    return frozenset(found)


def covers(scope: Scope, steps: int | None) -> bool:
    """Whether a right of that scope reaches the records of a department ``steps`` below one's own; 0: it is one's own,
    None: it lies elsewhere."""
    if scope is Scope.ALL:
        return True
    if steps is None:
        return False
    return scope is Scope.TREE or (scope is Scope.DEPARTMENT and steps == 0)


def makes_cycle(*, department: int, parent: int | None, parents: Mapping[int, int | None]) -> bool:
    """Would this parent put the department below itself?"""
    return parent is not None and parent in below(department, parents)


def _replace(principal: Principal, **changes: object) -> Principal:
    from dataclasses import replace

    return replace(principal, **changes)  # type: ignore[arg-type]  # the callers above name real fields
