from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuoke.base.accounts.rules import (
    GRANTS,
    Permission,
    Principal,
    PrincipalKind,
    Role,
    Scope,
    below,
    link_holder,
    makes_cycle,
    system,
    union,
)


def person(*roles: Role) -> Principal:
    return Principal(
        kind=PrincipalKind.USER,
        user_id=1,
        name="王芳",
        grants=union(roles),
        department_id=7,
        tree_ids=frozenset({7, 8}),
    )


def test_every_role_has_its_grants():
    assert set(GRANTS) == set(Role)


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.REP, Scope.SELF),
        (Role.TEAM_LEAD, Scope.TREE),
        (Role.DIRECTOR, Scope.ALL),
        (Role.COLLABORATOR, Scope.JOINED),
        (Role.AUDITOR, Scope.ALL),
        (Role.PROCESS_OWNER, Scope.NONE),
        (Role.ADMIN, Scope.NONE),
    ],
)
def test_the_default_scopes_of_the_mission(role, scope):
    assert person(role).scope_of(Permission.DEAL_READ) == scope


def test_an_auditor_reads_everything_and_writes_nothing():
    auditor = person(Role.AUDITOR)
    writing = [p for p in Permission if p.value.endswith((".write", ".waive", ".assign", ".import"))]
    assert writing
    assert not any(auditor.may(p) for p in writing)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.PROCESS_OWNER])
def test_who_runs_the_system_or_the_process_sees_no_deals(role):
    assert not person(role).may(Permission.DEAL_READ)
    assert not person(role).may(Permission.LEAD_READ)


def test_rights_are_a_union_of_pairs_so_reading_widely_does_not_widen_writing():
    both = person(Role.TEAM_LEAD, Role.AUDITOR)
    assert both.scope_of(Permission.DEAL_READ) is Scope.ALL
    assert both.scope_of(Permission.DEAL_WRITE) is Scope.TREE


def test_a_read_token_of_a_rep_reads_what_he_reads_and_writes_nothing():
    token = person(Role.REP).as_token(read_only=True)
    assert token.kind is PrincipalKind.TOKEN
    assert token.scope_of(Permission.LEAD_READ) is Scope.SELF
    assert not token.may(Permission.LEAD_WRITE)


def test_a_link_holder_may_nothing_and_the_system_everything():
    assert not any(link_holder(name="客户", reason="需求确认").may(p) for p in Permission)
    assert all(system("nightly").may(p) for p in Permission)
    assert system("nightly").reason == "nightly"


def test_an_import_acts_with_the_rights_of_who_started_it():
    rep = person(Role.REP)
    assert rep.importing("leads.xlsx").grants == rep.grants
    assert rep.importing("leads.xlsx").kind is PrincipalKind.IMPORT


trees = st.dictionaries(st.integers(1, 12), st.one_of(st.none(), st.integers(1, 12)), max_size=12)


@given(parents=trees, root=st.integers(1, 12))
def test_below_is_what_walking_up_finds_also_in_broken_trees(parents, root):
    def reaches(node: int) -> bool:
        seen: set[int] = set()
        while node not in seen:
            if node == root:
                return True
            seen.add(node)
            up = parents.get(node)
            if up is None:
                return False
            node = up
        return False

    assert below(root, parents) == {root} | {n for n in parents if reaches(n)}


def test_a_department_cannot_be_put_below_itself():
    parents = {1: None, 2: 1, 3: 2}
    assert makes_cycle(department=1, parent=3, parents=parents)
    assert makes_cycle(department=2, parent=2, parents=parents)
    assert not makes_cycle(department=3, parent=1, parents=parents)
