from __future__ import annotations

from django.urls import path

from tuoke.spine.customers.views import customers

app_name = "customers"
urlpatterns = [
    path("", customers.listing, name="list"),
    path("new/", customers.new, name="new"),
    path("duplicates/", customers.duplicates, name="duplicates"),
    path("<int:pk>/", customers.detail, name="detail"),
    path("<int:pk>/timeline/", customers.timeline, name="timeline"),
    path("<int:pk>/edit/", customers.edit, name="edit"),
    path("<int:pk>/transfer/", customers.transfer, name="transfer"),
    path("<int:pk>/contacts/new/", customers.add_contact, name="add_contact"),
    path("contacts/<int:contact>/edit/", customers.edit_contact, name="edit_contact"),
]
