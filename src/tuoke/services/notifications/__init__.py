"""Telling people: notices on the screen, mail over SMTP with a log and retries. Knows no business record."""
