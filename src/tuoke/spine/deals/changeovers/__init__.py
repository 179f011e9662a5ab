"""Moving running deals to another version of the process in bulk (P3): who goes where, a run in chunks, its report.

Owns the runs and what they refused. Of the deals it changes version, variant and, where a step is gone, the step.
"""
