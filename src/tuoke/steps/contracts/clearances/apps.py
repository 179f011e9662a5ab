from django.apps import AppConfig


class ClearancesConfig(AppConfig):
    name = "tuoke.steps.contracts.clearances"
    label = "clearances"
