"""首期交付: what is handed over and accepted, how it was, what went wrong."""
