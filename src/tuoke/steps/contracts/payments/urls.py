from __future__ import annotations

from django.urls import path

from tuoke.steps.contracts.payments import views

app_name = "payments"
urlpatterns = [
    path("payments/", views.listing, name="list"),
    path("payments/received/", views.received, name="received"),
    path("payments/export/<slug:kind>/", views.export, name="export"),
    path("payments/customers/<int:pk>/", views.customer, name="customer"),
    path("<int:pk>/payments/", views.page, name="page"),
    path("<int:pk>/payments/draft/", views.draft, name="draft"),
    path("<int:pk>/payments/link/", views.link, name="link"),
    path("<int:pk>/payments/new/", views.new, name="new"),
    path("<int:pk>/payments/receive/", views.receive, name="receive"),
    path("<int:pk>/payments/refund/", views.refund, name="refund"),
    path("payments/<int:pk>/edit/", views.edit, name="edit"),
    path("payments/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("payments/<int:pk>/restore/", views.restore, name="restore"),
    path("payments/receipts/<int:pk>/withdraw/", views.withdraw_receipt, name="withdraw_receipt"),
    path("payments/receipts/<int:pk>/restore/", views.restore_receipt, name="restore_receipt"),
    path("payments/receipts/<int:pk>/assign/", views.assign, name="assign"),
]
