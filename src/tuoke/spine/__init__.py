"""What runs through all steps: catalogue, playbook, customers, deals, follow-ups."""
