from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "tuoke.services.exchange"
    label = "exchange"
