from __future__ import annotations

from django.urls import path

from tuoke.steps.contracts.deliveries.views import issues, items

app_name = "deliveries"
urlpatterns = [
    path("<int:pk>/delivery/", items.page, name="page"),
    path("<int:pk>/delivery/add/", items.add, name="add"),
    path("<int:pk>/delivery/send/", items.send, name="send"),
    path("<int:pk>/delivery/score/", issues.score, name="score"),
    path("<int:pk>/delivery/issue/", issues.add, name="add_issue"),
    path("delivery/<int:pk>/edit/", items.edit, name="edit"),
    path("delivery/<int:pk>/deliver/", items.deliver, name="deliver"),
    path("delivery/<int:pk>/undeliver/", items.undeliver, name="undeliver"),
    path("delivery/<int:pk>/paper/", items.paper, name="paper"),
    path("delivery/<int:pk>/move/", items.move, name="move"),
    path("delivery/<int:pk>/withdraw/", items.withdraw, name="withdraw"),
    path("delivery/<int:pk>/restore/", items.restore, name="restore"),
    path("acceptances/<int:pk>/take-back/", items.take_back, name="take_back"),
    path("feedback/<int:pk>/take-back/", issues.unscore, name="unscore"),
    path("issues/<int:pk>/edit/", issues.edit, name="edit_issue"),
    path("issues/<int:pk>/solve/", issues.solve, name="solve"),
    path("issues/<int:pk>/settle/", issues.settle, name="settle"),
    path("issues/<int:pk>/close/", issues.close, name="close"),
    path("issues/<int:pk>/reopen/", issues.reopen, name="reopen"),
    path("issues/<int:pk>/withdraw/", issues.withdraw, name="withdraw_issue"),
    path("issues/<int:pk>/restore/", issues.restore, name="restore_issue"),
]
