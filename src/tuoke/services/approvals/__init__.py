"""Requests that somebody above decides: ask, approve or reject with a reason, delegate, expire, remind. Knows no subject: kinds are handed down."""
