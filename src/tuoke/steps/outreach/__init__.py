"""步骤3 初步接触: what is known before the first contact, and the words it begins with (S3)."""
