"""Step 8: the review of a won or lost deal, computed and told, and its report (S8.1)."""
