from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "tuoke.steps.leads.imports"
    label = "imports"
