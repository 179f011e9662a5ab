from django.apps import AppConfig


class ValuesConfig(AppConfig):
    name = "tuoke.steps.proposals.values"
    label = "values"
