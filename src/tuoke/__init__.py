"""拓客: one sales process in eight steps, executable. ARCHITECTURE.md is the map of the house."""
