"""The process itself, as data: steps, key actions, guidance, exit criteria, variants, and their published versions.

Owns the playbook document, its parser, and the judging of gates. Knows no deal, lead or customer: facts and subjects
are handed in from above as plain values and keys.
"""
