"""HTTP of a deal's objections: load → parse → act → answer."""
