import pytest

from tests.steps.contracts import cases


@pytest.fixture
def deal(company, playbook):
    return cases.a_signing_deal(company, playbook)


@pytest.fixture
def by(company):
    return company.by("rep")


@pytest.fixture
def alone(monkeypatch):
    """What the rooms beside have against signing is told in their own tests."""
    from tuoke.steps.contracts import hooks

    monkeypatch.setattr(hooks, "against_signing", [])
    monkeypatch.setattr(hooks, "on_signed", [])
