"""Owns background work: the worker with its heartbeat, orphans put back, the periodic tick. Knows no job's content."""
