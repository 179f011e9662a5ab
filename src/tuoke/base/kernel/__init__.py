"""A fixed list of plain values that everybody may use: Verdict, Reason, Refused, Conflict. Not a drawer."""
