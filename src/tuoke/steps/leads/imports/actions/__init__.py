"""Everything that can be done with a file of leads. Refused names every reason as a code (``words.py`` says them)."""

from tuoke.steps.leads.imports.actions.files import Options, choose_sheets, set_mapping, upload
from tuoke.steps.leads.imports.actions.running import (
    cancel,
    check,
    check_import,
    forget,
    resume,
    run_import,
    start,
    wake,
)
from tuoke.steps.leads.imports.actions.shell import Interrupted, import_leads, rehearse_leads
from tuoke.steps.leads.imports.actions.undoing import undo, undo_import

__all__ = [
    "Interrupted",
    "Options",
    "cancel",
    "check",
    "check_import",
    "choose_sheets",
    "forget",
    "import_leads",
    "rehearse_leads",
    "resume",
    "run_import",
    "set_mapping",
    "start",
    "undo",
    "undo_import",
    "upload",
    "wake",
]
