"""The customer's pages behind private links. No account; the link alone opens them."""
