"""Where everybody stands on the map: a band for each role, the most influential on the left, lines to superiors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 198, 92
GAP = 22
LABEL = 132
PADDING = 14
MOST_ABREAST = 5
FEWEST_ABREAST = 2
EMPTY = 44
"""Height of a band that nobody stands in."""


@dataclass(frozen=True, slots=True)
class Node:
    key: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Band:
    """The stripe of one role. ``middle`` is the height of its name."""

    role: str
    y: int
    height: int
    is_empty: bool

    @property
    def middle(self) -> int:
        return self.y + self.height // 2


@dataclass(frozen=True, slots=True)
class Line:
    """From somebody to his superior; ``path`` is SVG."""

    person: int
    boss: int
    path: str


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    bands: tuple[Band, ...]
    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]

    @property
    def places(self) -> dict[int, Node]:
        return {node.key: node for node in self.nodes}


def drawn(bands: Sequence[tuple[str, Sequence[int]]], reports_to: Mapping[int, int]) -> Drawing:
    """The map in pixels. ``bands``: each role with its people in order; who isn't on the map is on no line."""
    widest = max((len(keys) for _, keys in bands), default=0)
    abreast = max(FEWEST_ABREAST, min(MOST_ABREAST, widest))
    stripes, nodes, y = [], [], 0
    for role, keys in bands:
        rows = -(-len(keys) // abreast)
        height = 2 * PADDING + rows * HEIGHT + max(0, rows - 1) * GAP if keys else EMPTY
        stripes.append(Band(role, y, height, is_empty=not keys))
        nodes += [_node(key, place, top=y, abreast=abreast) for place, key in enumerate(keys)]
        y += height + PADDING
    places = {node.key: node for node in nodes}
    lines = [
        Line(person, boss, _path(places[person], places[boss]))
        for person, boss in reports_to.items()
        if person in places and boss in places
    ]
    width = LABEL + abreast * (WIDTH + GAP)
    return Drawing(width, max(0, y - PADDING), tuple(stripes), tuple(nodes), tuple(lines))


def _node(key: int, place: int, *, top: int, abreast: int) -> Node:
    row, column = divmod(place, abreast)
    return Node(key, LABEL + column * (WIDTH + GAP), top + PADDING + row * (HEIGHT + GAP))


def _path(person: Node, boss: Node) -> str:
    """An elbow to the superior's card. Across other bands it runs in the lane left of the person's column: behind
    somebody else's card it would look as if it ended there."""
    start, end, lane, half = person.x + WIDTH // 2, boss.x + WIDTH // 2, person.x - GAP // 2, PADDING // 2
    if boss.y == person.y:
        return f"M{start} {person.y}V{person.y - half}H{end}V{boss.y}"
    is_above = boss.y < person.y
    leaves, lands = (person.y, boss.y + HEIGHT) if is_above else (person.y + HEIGHT, boss.y)
    if abs(leaves - lands) <= 3 * PADDING:
        return f"M{start} {leaves}V{(leaves + lands) // 2}H{end}V{lands}"
    out, into = (leaves - half, lands + half) if is_above else (leaves + half, lands - half)
    return f"M{start} {leaves}V{out}H{lane}V{into}H{end}V{lands}"
