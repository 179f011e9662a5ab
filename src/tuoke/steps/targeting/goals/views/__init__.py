"""Screens of goals: the tree of a period, one goal, setting and splitting it, the records behind a figure."""
