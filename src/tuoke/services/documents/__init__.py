"""Documents of the process as a tree of parts, written as Word, PDF or a sheet: the same content in each."""
