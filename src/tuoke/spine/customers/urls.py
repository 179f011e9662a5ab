from __future__ import annotations

from django.urls import path

from tuoke.spine.customers import views

app_name = "customers"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.new, name="new"),
    path("duplicates/", views.duplicates, name="duplicates"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/timeline/", views.timeline, name="timeline"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/transfer/", views.transfer, name="transfer"),
    path("<int:pk>/contacts/new/", views.add_contact, name="add_contact"),
    path("contacts/<int:contact>/edit/", views.edit_contact, name="edit_contact"),
]
