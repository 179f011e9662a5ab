"""An item as it is entered, and what it must have to be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tuoke.base.kernel.verdict import Verdict, no
from tuoke.services.exchange.rules import sound
from tuoke.spine.catalog.rules import INDUSTRIES, Market, Motion, Scale
from tuoke.spine.library.rules.content import TITLE_LIMIT, Content, QuestionContent, sound_content, texts_of
from tuoke.spine.library.rules.vocabulary import CHANNELS, TAGS, TAGS_OF, Dimension, ItemKind, JobRole, Tags, Trigger

CHOICES: Mapping[str, frozenset[str]] = {
    "market": frozenset(m.value for m in Market),
    "scale": frozenset(s.value for s in Scale),
    "motion": frozenset(m.value for m in Motion),
    "industry": frozenset(INDUSTRIES),
    "channel": frozenset(CHANNELS),
    "role": frozenset(r.value for r in JobRole),
    "dimension": frozenset(d.value for d in Dimension),
    "trigger": frozenset(t.value for t in Trigger),
}


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """A blank ``title`` is taken from the text itself (``titled``)."""

    content: Content
    title: str = ""
    tags: Tags = field(default_factory=Tags)

    @property
    def titled(self) -> str:
        if title := " ".join(self.title.split()):
            return title
        line = next(iter(texts_of(self.content)), "").split("\n")[0]
        return line if len(line) <= TITLE_LIMIT else f"{line[: TITLE_LIMIT - 1]}…"


def sound_draft(kind: ItemKind, draft: ItemDraft) -> Verdict:
    """Every reason against keeping it: too_long (title), text_broken, tag_unknown, tag_unfit, dimension_missing, and what
    ``sound_content`` finds. A reason names its ``field``."""
    verdict = sound_content(kind, draft.content)
    if len(draft.titled) > TITLE_LIMIT:
        verdict &= no("too_long", field="title", limit=TITLE_LIMIT, found=len(draft.titled))
    if not sound(draft.titled):
        verdict &= no("text_broken", field="title")
    for name in TAGS:
        value = getattr(draft.tags, name)
        if value and value not in CHOICES[name]:
            verdict &= no("tag_unknown", field=name, found=value[:20])
        elif value and name not in TAGS_OF[kind]:
            verdict &= no("tag_unfit", field=name)
    if isinstance(draft.content, QuestionContent) and not draft.tags.dimension:
        verdict &= no("dimension_missing", field="dimension")
    return verdict
