"""Files that people attach to a record: kept as they came, served only to whom the record is open. Knows no subject: kinds are handed down."""
