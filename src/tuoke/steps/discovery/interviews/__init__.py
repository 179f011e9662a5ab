"""调研提纲与访谈: questions by five dimensions, answers, what became of them (S4.1, S4.2)."""
