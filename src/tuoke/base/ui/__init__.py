"""The design system: components, base templates, the gallery, and how a page is answered. Knows no people."""
