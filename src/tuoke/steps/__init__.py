"""The eight steps of the process. A later one may know an earlier one, never the reverse."""
