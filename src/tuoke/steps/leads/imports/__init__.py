"""Files of leads on their way in: mapping, preview, dry run, background run, report (S2.2).

Must not know how a lead is stored or scored: it hands drafts to ``steps.leads.actions``.
"""
