from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "tuoke.spine.customers"
    label = "customers"
