from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "tuoke.steps.contracts"
    label = "contracts"
