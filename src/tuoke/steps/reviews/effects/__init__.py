"""What a new version of the process has changed, measured on the deals that ran on it and on the one before (S8.3).

Reads deals and their steps; knows nothing of what made the version what it is.
"""
