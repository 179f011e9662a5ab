"""Addresses enough to draw the shell, and to try the scripts, without the rest of the house."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from django.views.i18n import set_language

from tuoke.base.ui import http
from tuoke.base.ui.views import gallery

TRIAL = """{% extends "ui/page.html" %}
{% block head %}<script src="{% static 'vendor/board.js' %}" defer></script>{% endblock %}
{% block main %}
  {% button "记录跟进" href="/note/" sheet="记录跟进" %}
  {% button "坏了" kind="button" get="/broken/" target="#list" %}
  <div id="list"><b id="saved">{{ saved }}</b></div>
  <ul data-rows><li><a href="/ui/">一</a></li><li><a href="/things/">二</a></li></ul>
  <div class="board" data-board>{% for column in "abc" %}
    <section class="board-column"><ul class="board-cards" data-column="{{ column }}">{% if column == "b" %}
      <li class="board-card" id="card" data-move-url="/move/" data-version="4"><a href="/ui/">卡片</a></li>{% endif %}
    </ul></section>{% endfor %}
  </div>
{% endblock %}"""
NOTE = """<form id="note" method="post" action="/note/" hx-post="/note/" hx-target="#list" hx-swap="outerHTML"
  data-draft="note">{% csrf_token %}{{ form }}{% button "保存" tone="primary" %}</form>"""


class Note(forms.Form):
    text = forms.CharField(label="内容", max_length=5)
    more = forms.CharField(label="补充", required=False, widget=forms.Textarea)


def trial(request: HttpRequest) -> HttpResponse:
    return _drawn(request, TRIAL, {"saved": ""})


def note(request: HttpRequest) -> HttpResponse:
    form = Note(request.POST or None)
    if request.method == "POST" and form.is_valid():
        http.toast(request, "已记录", undo_url="/undo/")
        saved = _drawn(
            request, '<div id="list"><b id="saved">{{ saved }}</b></div>', {"saved": form.cleaned_data["text"]}
        )
        saved.write(http.waiting_toasts(request))
        return saved
    answer = _drawn(request, NOTE, {"form": form})
    answer.status_code = 422 if form.is_bound else 200
    return answer


def move(request: HttpRequest) -> HttpResponse:
    refused = request.POST["to"] == "c" or request.POST["version"] != "4"
    return HttpResponse('<p id="refusal">还差 2 项</p>', status=422) if refused else HttpResponse("")


def broken(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<h1>no</h1>", status=500)


def _empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def _drawn(request: HttpRequest, source: str, values: dict) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(source).render(values, request))


urlpatterns = [
    path("", _empty, name="home"),
    path("things/", _empty, name="things"),
    path("things/pool/", _empty, name="pool"),
    path("password/", _empty, name="account_change_password"),
    path("logout/", _empty, name="account_logout"),
    path("login/", _empty, name="account_login"),
    path("language/", set_language, name="set_language"),
    path("ui/", gallery, name="gallery"),
    path("trial/", trial),
    path("note/", note),
    path("move/", move),
    path("broken/", broken),
]
