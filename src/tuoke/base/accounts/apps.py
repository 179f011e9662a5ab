from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "tuoke.base.accounts"
    label = "accounts"
