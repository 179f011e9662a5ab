from __future__ import annotations

from django.urls import path

from tuoke.spine.customers.views import comparing, customers, duplicates, silence, verification

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
    path("contacts/<int:contact>/silence/", silence.leave_alone, name="leave_alone"),
    path("contacts/<int:contact>/silence/end/", silence.contact_again, name="contact_again"),
    path("review/", duplicates.review, name="review"),
    path("review/search/", duplicates.search, name="search_pairs"),
    path("compare/<str:one_kind>/<int:one>/<str:other_kind>/<int:other>/", comparing.compare_two, name="compare"),
    path("merges/<int:pk>/", duplicates.merge, name="merge"),
    path("similar/<str:kind>/<int:pk>/", duplicates.similar, name="similar"),
    path("links/<int:pk>/undo/", duplicates.unlink, name="unlink"),
    path("facts/lead/<int:pk>/", verification.panel, {"kind": "lead"}, name="facts_lead"),
    path("facts/customer/<int:pk>/", verification.panel, {"kind": "customer"}, name="facts_customer"),
    path("facts/lead/<int:pk>/new/", verification.state, {"kind": "lead"}, name="fact_state_lead"),
    path("facts/customer/<int:pk>/new/", verification.state, {"kind": "customer"}, name="fact_state_customer"),
    path("facts/<int:pk>/withdraw/", verification.withdraw, name="fact_withdraw"),
    path("facts/<int:pk>/restore/", verification.restore, name="fact_restore"),
    path("facts/<int:pk>/adopt/", verification.adopt, name="fact_adopt"),
]
