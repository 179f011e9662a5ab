"""One file that holds the database, the uploaded files and the secret key, taken while the house is running."""
