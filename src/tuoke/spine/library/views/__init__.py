"""HTTP of the library: load → parse → act → answer."""
