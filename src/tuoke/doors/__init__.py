"""Ways in beside the pages."""
