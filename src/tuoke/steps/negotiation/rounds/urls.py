from __future__ import annotations

from django.urls import path

from tuoke.steps.negotiation.rounds.views import agreements, offers, rounds

app_name = "rounds"
urlpatterns = [
    path("<int:pk>/rounds/", rounds.page, name="page"),
    path("<int:pk>/rounds/new/", rounds.new, name="new"),
    path("<int:pk>/rounds/export/<str:kind>/", rounds.export, name="export"),
    path("rounds/<int:pk>/edit/", rounds.edit, name="edit"),
    path("rounds/<int:pk>/withdraw/", rounds.withdraw, name="withdraw"),
    path("rounds/<int:pk>/restore/", rounds.restore, name="restore"),
    path("rounds/<int:pk>/concede/", offers.concede, name="concede"),
    path("rounds/concessions/<int:pk>/withdraw/", offers.concession_withdraw, name="concession_withdraw"),
    path("rounds/concessions/<int:pk>/restore/", offers.concession_restore, name="concession_restore"),
    path("rounds/offers/<int:pk>/confirm/", offers.confirm, name="offer_confirm"),
    path("rounds/offers/<int:pk>/decline/", offers.decline, name="offer_decline"),
    path("rounds/offers/<int:pk>/withdraw/", offers.withdraw, name="offer_withdraw"),
    path("rounds/offers/<int:pk>/again/", offers.again, name="offer_again"),
    path("<int:pk>/agreed/new/", agreements.agree, name="agree"),
    path("agreed/<int:pk>/confirm/", agreements.confirm, name="agreement_confirm"),
    path("agreed/<int:pk>/decline/", agreements.decline, name="agreement_decline"),
    path("agreed/<int:pk>/withdraw/", agreements.withdraw, name="agreement_withdraw"),
    path("agreed/<int:pk>/reopen/", agreements.reopen, name="agreement_reopen"),
]
