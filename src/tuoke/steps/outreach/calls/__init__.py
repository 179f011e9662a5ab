"""通话台: one screen for a call with a customer, one save for everything that it brought (S3.4, S3.5), and what the scripts
and openings used are worth (S3.2)."""
