from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "tuoke.services.jobs"
    label = "jobs"
