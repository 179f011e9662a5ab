"""资源 (S1.5): what can be allocated, to whom and for how long; never more than there is."""
