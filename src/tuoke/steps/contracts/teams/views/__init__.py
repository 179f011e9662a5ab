"""团队与沟通: who works with whom, what the customer was told, whose time is booked, when one talks."""
