"""Everything that can be done with a playbook. Each raises Refused with every reason as a code (``words.py`` says them)."""

from tuoke.spine.playbook.actions.drafting import (
    add_part,
    change_draft,
    discard_draft,
    drop_wishes,
    move_part,
    note_improvement,
    remove_part,
    replace_draft,
    resume_draft,
    settle_wish,
    start_draft,
    undo_change,
)
from tuoke.spine.playbook.actions.publishing import (
    Overtaken,
    catch_up,
    load_default,
    publish,
    publish_draft,
)
from tuoke.spine.playbook.actions.ticking import NOTE_LIMIT, tick, untick
from tuoke.spine.playbook.content import DEFAULT_CONTENT, read_content

__all__ = [
    "DEFAULT_CONTENT",
    "NOTE_LIMIT",
    "Overtaken",
    "add_part",
    "catch_up",
    "change_draft",
    "discard_draft",
    "drop_wishes",
    "load_default",
    "move_part",
    "note_improvement",
    "publish",
    "publish_draft",
    "read_content",
    "remove_part",
    "replace_draft",
    "resume_draft",
    "settle_wish",
    "start_draft",
    "tick",
    "undo_change",
    "untick",
]
