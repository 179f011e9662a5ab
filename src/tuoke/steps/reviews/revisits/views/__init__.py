"""Screens of revisits."""
