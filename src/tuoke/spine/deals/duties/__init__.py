"""Who answers for what in a complex deal, step by step: department, person, standard, day, and who accepts it (P4)."""
