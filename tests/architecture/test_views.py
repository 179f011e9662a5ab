"""Every address says who may call it, and the list of open ones is short and known."""

import pytest
from django.urls import URLPattern, get_resolver

OPEN = {
    "account_login", "account_logout", "account_inactive", "set_language", "healthz", "calendar:feed", "company_logo",
    "notifications:bell",
    "portal:open", "portal:download",
}  # fmt: skip


def routes(patterns=None, prefix=""):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}", pattern
        else:
            yield from routes(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else prefix)


ROUTES = dict(routes())


def declared(view):
    while not (hasattr(view, "needs") or hasattr(view, "open_to_all")) and hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    return view


@pytest.mark.parametrize("name", ROUTES)
def test_every_view_says_who_may_call_it(name):
    view = declared(ROUTES[name].callback)
    assert hasattr(view, "needs") or name in OPEN, f"{name} has no @needs(...)"


def test_the_open_addresses_are_known_and_give_their_reason():
    opened = {name for name, route in ROUTES.items() if hasattr(declared(route.callback), "open_to_all")}
    assert opened == OPEN
    assert all(len(declared(ROUTES[name].callback).open_to_all) > 10 for name in opened)


def test_every_address_has_a_name_of_its_own():
    assert all(not name.endswith("None") for name in ROUTES)
