"""Step 2 客户筛选. Owns the rules of scoring and tiers, the import of leads, and their conversion into deals."""
