"""Step 4 深度沟通. Owns the customer's needs."""
