from tuoke.steps.contracts.payments.views.lists import customer, export, listing, received
from tuoke.steps.contracts.payments.views.plan import draft, edit, link, new, page, restore, withdraw
from tuoke.steps.contracts.payments.views.receipts import (
    assign,
    receive,
    refund,
    restore_receipt,
    withdraw_receipt,
)

__all__ = [
    "assign", "customer", "draft", "edit", "export", "link", "listing", "new", "page", "receive", "received", "refund",
    "restore", "restore_receipt", "withdraw", "withdraw_receipt",
]  # fmt: skip
