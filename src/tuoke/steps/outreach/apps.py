from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "tuoke.steps.outreach"
    label = "outreach"
