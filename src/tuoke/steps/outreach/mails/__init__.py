"""Mail to a customer's people, written from templates, kept on the timeline (S3.3)."""
