"""HTTP of interviews. Read with NEED_READ; prepared, held and answered with FOLLOWUP_WRITE; needs made with NEED_WRITE."""
