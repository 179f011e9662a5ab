from __future__ import annotations

from django.urls import path

from tuoke.steps.contracts.views import beginning, clauses, comparing, pages, signing, versions

app_name = "contracts"
urlpatterns = [
    path("<int:pk>/contract/", pages.page, name="page"),
    path("<int:pk>/contract/begin/", beginning.begin, name="begin"),
    path("<int:pk>/contract/record/", beginning.record, name="record"),
    path("contracts/<int:pk>/", pages.contract, name="contract"),
    path("contracts/<int:pk>/head/", beginning.head, name="head"),
    path("contracts/<int:pk>/amend/", beginning.amend, name="amend"),
    path("contracts/<int:pk>/withdraw/", beginning.withdraw, name="withdraw"),
    path("contracts/<int:pk>/restore/", beginning.restore, name="restore"),
    path("contracts/<int:pk>/clauses/add/", clauses.add, name="clause_add"),
    path("contracts/<int:pk>/clauses/library/", clauses.library, name="library"),
    path("contracts/<int:pk>/clauses/take/<int:item>/", clauses.take, name="take"),
    path("contracts/<int:pk>/clauses/order/", clauses.reorder, name="order"),
    path("contracts/clauses/<int:pk>/edit/", clauses.edit, name="clause_edit"),
    path("contracts/clauses/<int:pk>/move/", clauses.move, name="clause_move"),
    path("contracts/clauses/<int:pk>/withdraw/", clauses.withdraw, name="clause_withdraw"),
    path("contracts/clauses/<int:pk>/restore/", clauses.restore, name="clause_restore"),
    path("contracts/<int:pk>/compare-anew/", comparing.anew, name="compare_anew"),
    path("contracts/<int:pk>/accept/", comparing.accept, name="accept"),
    path("contracts/accepted/<int:pk>/withdraw/", comparing.withdraw_acceptance, name="acceptance_withdraw"),
    path("contracts/<int:pk>/freeze/", versions.freeze, name="freeze"),
    path("contracts/<int:pk>/returned/", versions.returned, name="returned"),
    path("contracts/versions/<int:pk>/", versions.version, name="version"),
    path("contracts/versions/<int:pk>/<str:kind>/", versions.export, name="export"),
    path("contracts/<int:pk>/sign/", signing.sign, name="sign"),
    path("contracts/<int:pk>/terminate/", signing.terminate, name="terminate"),
]
