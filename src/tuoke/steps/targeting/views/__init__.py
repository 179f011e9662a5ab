"""HTTP of step 1: campaigns, profiles, history."""
