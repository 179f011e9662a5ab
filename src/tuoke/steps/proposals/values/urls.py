from __future__ import annotations

from django.urls import path

from tuoke.steps.proposals.values.views import items, pages

app_name = "values"
urlpatterns = [
    path("<int:pk>/values/", pages.page, name="page"),
    path("<int:pk>/values/spending/", pages.spending, name="spending"),
    path("<int:pk>/values/export/<str:kind>/", pages.export, name="export"),
    path("<int:pk>/values/items/add/", items.add, name="item_add"),
    path("<int:pk>/values/shares/add/", items.add_share, name="share_add"),
    path("values/items/<int:pk>/", items.edit, name="item_edit"),
    path("values/items/<int:pk>/move/", items.move, name="item_move"),
    path("values/items/<int:pk>/withdraw/", items.withdraw, name="item_withdraw"),
    path("values/items/<int:pk>/restore/", items.restore, name="item_restore"),
]
