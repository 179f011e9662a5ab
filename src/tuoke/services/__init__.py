"""Technical services that know nothing of sales: search, files in, background work."""
