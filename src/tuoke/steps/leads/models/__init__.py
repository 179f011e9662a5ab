"""Tables of step 2. The leads themselves stand in ``spine.customers``."""

from tuoke.steps.leads.models.lists import BULK_VERB_NAMES, BulkRun, ExportFile, stored_name
from tuoke.steps.leads.models.pool import KIND_NAMES, AssignmentRule, PoolRules
from tuoke.steps.leads.models.rescoring import Rescoring

__all__ = [
    "BULK_VERB_NAMES",
    "KIND_NAMES",
    "AssignmentRule",
    "BulkRun",
    "ExportFile",
    "PoolRules",
    "Rescoring",
    "stored_name",
]
