"""Files of leads on their way in: mapping, preview, dry run, background run, report."""
