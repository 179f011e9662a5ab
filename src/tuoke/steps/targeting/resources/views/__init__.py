"""Screens of resources: what there is, one resource with its times, asking and granting."""
