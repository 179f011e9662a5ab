"""目标 (S1.4): what is to be reached by whom in which period; progress is counted from records, never typed in."""
