"""Settings, addresses and the wiring of every upward hand-over."""
