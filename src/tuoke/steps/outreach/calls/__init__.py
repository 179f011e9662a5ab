"""通话台: one screen for a call, one save for all that follows from it (S3.4, S3.5)."""
