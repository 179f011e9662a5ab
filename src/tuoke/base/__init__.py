"""The ground floor: people and rights, history, the design system, the kernel."""
