"""Tables of step 2. The leads themselves stand in ``spine.customers``."""

from tuoke.steps.leads.models.lists import BULK_VERB_NAMES, BulkRun, ExportFile, stored_name

__all__ = ["BULK_VERB_NAMES", "BulkRun", "ExportFile", "stored_name"]
