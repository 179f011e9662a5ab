"""The command line ``tuoke`` (E4)."""
