"""Owns background work: the worker with its heartbeat, orphans put back, the periodic tick. Knows no job's content.

A task may run more than once (its worker may be killed at any moment): every task must be idempotent.
"""
