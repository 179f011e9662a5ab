"""Price lines: product, quantity, price, discount, tax."""
