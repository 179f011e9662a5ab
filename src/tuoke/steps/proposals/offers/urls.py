from __future__ import annotations

from django.urls import path

from tuoke.steps.proposals.offers.views import lines, offers

app_name = "offers"
urlpatterns = [
    path("<int:pk>/offers/", offers.page, name="deal"),
    path("<int:pk>/offers/new/", offers.new, name="new"),
    path("<int:pk>/offers/amount-undo/", offers.amount_undo, name="amount_undo"),
    path("offers/<int:pk>/", offers.one, name="offer"),
    path("offers/<int:pk>/edit/", offers.edit, name="edit"),
    path("offers/<int:pk>/copy/", offers.copy, name="copy"),
    path("offers/<int:pk>/issue/", offers.issue, name="issue"),
    path("offers/<int:pk>/take-back/", offers.take_back, name="take_back"),
    path("offers/<int:pk>/withdraw/", offers.withdraw, name="withdraw"),
    path("offers/<int:pk>/restore/", offers.restore, name="restore"),
    path("offers/<int:pk>/ask/", offers.ask, name="ask"),
    path("offers/<int:pk>/amount/", offers.amount, name="amount"),
    path("offers/<int:pk>/export/<str:kind>/", offers.export, name="export"),
    path("offers/<int:pk>/lines/add/", lines.add, name="line_add"),
    path("offers/lines/<int:pk>/edit/", lines.edit, name="line_edit"),
    path("offers/lines/<int:pk>/move/", lines.move, name="line_move"),
    path("offers/lines/<int:pk>/remove/", lines.remove, name="line_remove"),
    path("offers/lines/<int:pk>/restore/", lines.restore, name="line_restore"),
]
