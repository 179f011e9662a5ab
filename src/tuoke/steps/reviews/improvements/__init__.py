"""What reviews and the market want changed: proposed, accepted, drafted, published (S8.3)."""
