"""资料库: versioned items that the steps use (scripts, openings, questions, cases, mails, phrases). Knows no customer."""
