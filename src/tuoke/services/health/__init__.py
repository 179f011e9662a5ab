"""Says whether the installation can work: database, schema, SQLite's version, data directory, disk."""
