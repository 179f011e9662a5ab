from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "tuoke.base.ui"
    label = "ui"
