from __future__ import annotations

from django.urls import path

from tuoke.steps.discovery.decisions.views import criteria, known, people

app_name = "decisions"
urlpatterns = [
    path("<int:pk>/decisions/", people.page, name="map"),
    path("<int:pk>/decisions/panel/", people.panel, name="panel"),
    path("<int:pk>/decisions/export/<str:kind>/", people.export, name="export"),
    path("<int:pk>/decisions/people/new/", people.add, name="add_person"),
    path("<int:pk>/decisions/people/<int:contact>/", people.person, name="person"),
    path("<int:pk>/decisions/people/<int:contact>/set/", people.set_, name="set"),
    path("<int:pk>/decisions/people/<int:contact>/leave-out/", people.leave_out, name="leave_out"),
    path("<int:pk>/decisions/people/<int:contact>/take-in/", people.take_in, name="take_in"),
    path("<int:pk>/decisions/roles/<str:role>/nobody/", people.role_thought, name="role_thought"),
    path("<int:pk>/decisions/roles/<str:role>/reconsider/", people.role_reconsidered, name="role_reconsidered"),
    path("<int:pk>/criteria/", criteria.page, name="criteria"),
    path("<int:pk>/criteria/add/", criteria.add, name="criterion_add"),
    path("<int:pk>/criteria/split/", criteria.split, name="weights_split"),
    path("<int:pk>/criteria/unsplit/", criteria.unsplit, name="weights_unsplit"),
    path("<int:pk>/criteria/process/", criteria.process, name="process"),
    path("criteria/<int:pk>/edit/", criteria.edit, name="criterion_edit"),
    path("criteria/<int:pk>/move/", criteria.move, name="criterion_move"),
    path("criteria/<int:pk>/withdraw/", criteria.withdraw, name="criterion_withdraw"),
    path("criteria/<int:pk>/restore/", criteria.restore, name="criterion_restore"),
    path("<int:pk>/known/", known.page, name="known"),
    path("<int:pk>/known/<str:kind>/<int:ref>/judge/", known.judge, name="known_judge"),
    path("<int:pk>/known/<str:kind>/<int:ref>/reopen/", known.reopen, name="known_reopen"),
    path("<int:pk>/known/rest/", known.hold_rest, name="known_rest"),
    path("<int:pk>/known/carry/", known.carry, name="known_carry"),
]
