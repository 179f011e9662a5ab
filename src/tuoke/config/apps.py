from __future__ import annotations

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class ConfigConfig(AppConfig):
    name = "tuoke.config"
    label = "config"

    def ready(self) -> None:
        from tuoke.config import sqllog, wiring

        wiring.connect()
        connection_created.connect(sqllog.attach, dispatch_uid="tuoke.sqllog")
