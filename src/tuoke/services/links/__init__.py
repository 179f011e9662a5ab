"""Private links for people without an account: signed, expiring, revocable. Knows no page that they open."""
