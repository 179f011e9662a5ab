"""The places that the shell leads to. Filled once in `config/wiring.py`; this package knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django_stubs_ext import StrOrPromise


def _everybody(request: HttpRequest) -> bool:
    return True


def _nothing(request: HttpRequest) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class Item:
    """One place. `url` is a URL name with its `args`, `query` what follows its `?`.

    `go` is the letter after `g` that leads there, `phone` puts it on the phone's bottom bar (four at most),
    `shown` decides for whom, `count` is what waits there for him (0 shows nothing). `within` are
    the addresses with which its pages begin, where these aren't below its own.
    """

    label: StrOrPromise
    url: str
    icon: str = ""
    query: str = ""
    go: str = ""
    phone: bool = False
    shown: Callable[[HttpRequest], bool] = _everybody
    count: Callable[[HttpRequest], int] = _nothing
    children: tuple[Item, ...] = ()
    within: tuple[str, ...] = ()
    args: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return reverse(self.url, args=self.args)

    def nearness(self, path: str) -> int:
        """How much of an address the place's own says; 0 for an address elsewhere."""
        realms = self.within or (self.path,)
        return max((len(realm) for realm in realms if path == realm or _is_below(path, realm)), default=0)


items: list[Item] = []
"""The side bar, top to bottom."""
new: list[Item] = []
"""What + 新建 offers."""
mine: list[Item] = []
"""What one's own menu offers."""
search: list[Callable[[HttpRequest], bool]] = []
"""Who is offered the search: whom all of these allow."""


@dataclass(frozen=True, slots=True)
class Bell:
    """What is new for this person: where it is read, how much of it is unread, and where a page asks again."""

    url: str
    poll_url: str
    count: int


bell: list[Callable[[HttpRequest], Bell | None]] = []
"""The bell in the top bar, one at most; None: not for this person."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An item as this person sees it on this page. `open` also holds for the section of the present page."""

    label: StrOrPromise
    url: str
    icon: str
    go: str
    phone: bool
    active: bool
    open: bool
    count: int
    children: tuple[Entry, ...] = ()


class Shell:
    """What the frame around a page needs; worked out only when a page is drawn, not for a region."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def nav(self) -> list[Entry]:
        here = _nearest(self._request)
        return [_entry(item, request=self._request, here=here) for item in items if item.shown(self._request)]

    @cached_property
    def places(self) -> str:
        """The navigation, drawn once for the side bar and 更多."""
        return render_to_string("ui/nav.html", {"shell": self})

    @property
    def phone(self) -> list[Entry]:
        return [entry for entry in self.nav if entry.phone][:4]

    @property
    def elsewhere(self) -> bool:
        """Whether the present page is on none of the phone's four buttons."""
        return not any(entry.open for entry in self.phone)

    @property
    def waits_elsewhere(self) -> int:
        """What waits in the places that the phone keeps behind 更多."""
        return sum(entry.count for entry in self.nav if not entry.phone)

    @property
    def finds(self) -> bool:
        """Whether the search is offered."""
        return all(allowed(self._request) for allowed in search)

    @cached_property
    def bell(self) -> Bell | None:
        return next((ring(self._request) for ring in bell), None)

    @cached_property
    def new(self) -> list[Entry]:
        return [_entry(item, request=self._request, here=None) for item in new if item.shown(self._request)]

    @cached_property
    def mine(self) -> list[Entry]:
        return [_entry(item, request=self._request, here=None) for item in mine if item.shown(self._request)]


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell.nav`, `shell.places`, `shell.phone`, `shell.new`, `shell.finds`, `shell.bell`."""
    return {"shell": Shell(request)}


def _entry(item: Item, *, request: HttpRequest, here: Item | None) -> Entry:
    children = tuple(_entry(child, request=request, here=here) for child in item.children if child.shown(request))
    return Entry(
        label=str(item.label),
        url=item.path + (f"?{item.query}" if item.query else ""),
        icon=item.icon,
        go=item.go,
        phone=item.phone,
        active=item is here,
        open=item is here or any(child.open for child in children),
        count=item.count(request),
        children=children,
    )


def _nearest(request: HttpRequest) -> Item | None:
    """The place whose address says most of the present one: longest path, then most of the query."""
    fitting = [item for item in _all() if _fits(item, request)]
    path = request.path

    def closeness(item: Item) -> tuple[int, int, bool, bool]:
        return item.nearness(path), len(item.query), item.path == path, bool(item.children)

    return max(fitting, key=closeness, default=None)


def _all() -> Iterator[Item]:
    for item in items:
        yield item
        yield from item.children


def _fits(item: Item, request: HttpRequest) -> bool:
    return bool(item.nearness(request.path)) and all(
        request.GET.get(key) == value for key, value in parse_qsl(item.query)
    )


def _is_below(path: str, realm: str) -> bool:
    return realm != "/" and path.startswith(realm)
