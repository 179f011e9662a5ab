from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    name = "tuoke.steps.proposals"
    label = "proposals"
