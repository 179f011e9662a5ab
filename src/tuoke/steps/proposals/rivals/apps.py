from django.apps import AppConfig


class RivalsConfig(AppConfig):
    name = "tuoke.steps.proposals.rivals"
    label = "rivals"
