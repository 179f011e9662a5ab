from __future__ import annotations

from django.urls import path

from tuoke.steps.negotiation.views import ladder, lines, plans, seats

app_name = "negotiation"
urlpatterns = [
    path("<int:pk>/negotiation/", plans.page, name="plan"),
    path("<int:pk>/negotiation/panel/", plans.panel, name="panel"),
    path("<int:pk>/negotiation/edit/", plans.edit, name="plan_edit"),
    path("<int:pk>/negotiation/export/<str:kind>/", plans.export, name="export"),
    path("<int:pk>/negotiation/seats/<str:side>/new/", seats.add, name="seat_add"),
    path("negotiation/seats/<int:pk>/edit/", seats.edit, name="seat_edit"),
    path("negotiation/seats/<int:pk>/withdraw/", seats.withdraw, name="seat_withdraw"),
    path("negotiation/seats/<int:pk>/restore/", seats.restore, name="seat_restore"),
    path("<int:pk>/negotiation/concessions/new/", ladder.add, name="concession_add"),
    path("<int:pk>/negotiation/concessions/order/", ladder.order, name="ladder_order"),
    path("<int:pk>/negotiation/ideas/<str:key>/", ladder.take_idea, name="idea_take"),
    path("negotiation/concessions/<int:pk>/edit/", ladder.edit, name="concession_edit"),
    path("negotiation/concessions/<int:pk>/move/", ladder.move, name="concession_move"),
    path("negotiation/concessions/<int:pk>/withdraw/", ladder.withdraw, name="concession_withdraw"),
    path("negotiation/concessions/<int:pk>/restore/", ladder.restore, name="concession_restore"),
    path("<int:pk>/negotiation/line/", lines.page, name="line"),
    path("<int:pk>/negotiation/line/edit/", lines.edit, name="line_edit"),
    path("<int:pk>/negotiation/line/restore/<int:number>/", lines.restore, name="line_restore"),
    path("<int:pk>/negotiation/line/people/", lines.name_, name="insider_add"),
    path("negotiation/line/people/<int:pk>/remove/", lines.remove, name="insider_remove"),
]
