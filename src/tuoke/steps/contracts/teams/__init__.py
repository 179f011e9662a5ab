"""Who works with whom after signing: contacts of both sides, introduction, bookings, rhythm of meetings (S7.2)."""
