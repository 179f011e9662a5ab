from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "tuoke.insight"
    label = "insight"
