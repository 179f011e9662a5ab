from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "tuoke.steps.leads"
    label = "leads"
