"""Decisions of the library: plain Python, no Django, no clock, no words."""

from tuoke.spine.library.rules.content import (
    CONTENT_OF,
    LINES_LIMIT,
    NOTE_LIMIT,
    TITLE_LIMIT,
    CaseContent,
    Content,
    MailContent,
    OpeningContent,
    PhraseContent,
    QuestionContent,
    ScriptContent,
    WrongContent,
    parse,
    parts_of,
    sound_content,
    stored,
    texts_of,
)
from tuoke.spine.library.rules.differences import Change, Difference, Run, differences
from tuoke.spine.library.rules.drafts import CHOICES, ItemDraft, sound_draft
from tuoke.spine.library.rules.effects import CONFIDENCE, FEW, Effect, Telling, effect, interval, telling
from tuoke.spine.library.rules.fit import UNSURE, UNTOLD, WEIGHTS, Fit, industry_of, role_of
from tuoke.spine.library.rules.placeholders import (
    PLACEHOLDERS,
    Filled,
    Piece,
    fill,
    nearest,
    places_in,
    places_of,
    tidied,
)
from tuoke.spine.library.rules.vocabulary import (
    CHANNELS,
    TAGS,
    TAGS_OF,
    Dimension,
    ItemKind,
    JobRole,
    PhraseField,
    Tags,
    Trigger,
)

__all__ = [
    "CHANNELS", "CHOICES", "CONFIDENCE", "CONTENT_OF", "FEW", "LINES_LIMIT", "NOTE_LIMIT", "PLACEHOLDERS", "TAGS", "TAGS_OF", "TITLE_LIMIT",
    "UNSURE", "UNTOLD", "WEIGHTS", "CaseContent", "Change", "Content", "Difference", "Dimension", "Effect", "Filled", "Fit",
    "ItemDraft", "ItemKind", "JobRole", "MailContent", "OpeningContent", "PhraseContent", "PhraseField", "Piece",
    "QuestionContent", "Run", "ScriptContent", "Tags", "Telling", "Trigger", "WrongContent", "differences", "effect",
    "fill", "industry_of", "interval", "nearest", "parse", "parts_of", "places_in", "places_of", "role_of", "sound_content",
    "sound_draft", "stored", "telling", "texts_of", "tidied",
]  # fmt: skip
