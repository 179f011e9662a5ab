"""今日 and search. Reads everything below, changes no business record."""
