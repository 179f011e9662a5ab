"""Decisions of the library: plain Python, no Django, no clock, no words."""

from tuoke.spine.library.rules.content import (
    CODED,
    CONTENT_OF,
    LINES_LIMIT,
    NOTE_LIMIT,
    TITLE_LIMIT,
    TOPICS,
    BlockContent,
    CaseContent,
    ClauseContent,
    ClosingContent,
    Content,
    EvidenceContent,
    MailContent,
    ObjectionContent,
    OpeningContent,
    PhraseContent,
    QuestionContent,
    ScriptContent,
    WrongContent,
    need_types_in,
    parse,
    parts_of,
    places_for,
    sound_content,
    stored,
    texts_of,
    topic_of,
)
from tuoke.spine.library.rules.differences import Change, Difference, Run, differences
from tuoke.spine.library.rules.drafts import CHOICES, ItemDraft, sound_draft
from tuoke.spine.library.rules.effects import CONFIDENCE, FEW, Effect, Telling, effect, interval, telling
from tuoke.spine.library.rules.fit import UNSURE, UNTOLD, WEIGHTS, Fit, industry_of, role_of
from tuoke.spine.library.rules.measures import Measure, MeasureWrong, measure_in
from tuoke.spine.library.rules.needs import EMPHASIS, NEED_WORDS, Match, emphasis_of, match, need_types_of
from tuoke.spine.library.rules.placeholders import (
    CONTRACT_PLACES,
    PLACEHOLDERS,
    Filled,
    Piece,
    fill,
    nearest,
    places_in,
    places_of,
    tidied,
)
from tuoke.spine.library.rules.proofs import gains_of, proof_quantities, proves
from tuoke.spine.library.rules.quantities import (
    MINUTES,
    PERCENT,
    POINTS,
    TIMES,
    YUAN,
    Quantity,
    Sense,
    covers,
    quantities,
)
from tuoke.spine.library.rules.standing import Held, ProofStanding, standing
from tuoke.spine.library.rules.vocabulary import (
    CHANNELS,
    PROVING,
    TAGS,
    TAGS_OF,
    BlockPart,
    ClausePart,
    ClauseUse,
    Dimension,
    EvidenceKind,
    ItemKind,
    JobRole,
    NeedType,
    ObjectionKind,
    PhraseField,
    SignalKind,
    Tags,
    Trigger,
    Weight,
)

__all__ = [
    "CHANNELS", "CHOICES", "CODED", "CONFIDENCE", "CONTENT_OF", "CONTRACT_PLACES", "EMPHASIS", "FEW", "LINES_LIMIT",
    "MINUTES", "NEED_WORDS", "NOTE_LIMIT", "PERCENT", "PLACEHOLDERS", "POINTS", "PROVING", "TAGS", "TAGS_OF", "TIMES",
    "TITLE_LIMIT", "TOPICS", "UNSURE", "UNTOLD", "WEIGHTS", "YUAN", "BlockContent", "BlockPart", "CaseContent",
    "Change", "ClauseContent", "ClausePart", "ClauseUse", "ClosingContent", "Content", "Difference", "Dimension",
    "Effect", "EvidenceContent", "EvidenceKind", "Filled", "Fit", "Held", "ItemDraft", "ItemKind", "JobRole",
    "MailContent", "Match", "Measure", "MeasureWrong", "NeedType", "ObjectionContent", "ObjectionKind",
    "OpeningContent", "PhraseContent", "PhraseField", "Piece", "ProofStanding", "Quantity", "QuestionContent", "Run",
    "ScriptContent", "Sense", "SignalKind", "Tags", "Telling", "Trigger", "Weight", "WrongContent", "covers",
    "differences", "effect", "emphasis_of", "fill", "gains_of", "industry_of", "interval", "match", "measure_in",
    "nearest", "need_types_in", "need_types_of", "parse", "parts_of", "places_for", "places_in", "places_of",
    "proof_quantities", "proves", "quantities", "role_of", "sound_content", "sound_draft", "standing", "stored",
    "telling", "texts_of", "tidied", "topic_of",
]  # fmt: skip
