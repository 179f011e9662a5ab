from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "tuoke.base.records"
    label = "records"
