"""Foreign keys count as imports, also where they are written as strings."""

import pytest
from django.apps import apps

from tests.architecture.layers import RANK, room_of

OURS = [m for m in apps.get_models() if m.__module__.startswith("tuoke.")]


def test_there_are_models_to_look_at():
    assert len(OURS) > 15


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_foreign_keys_point_down_the_stack(model):
    here = room_of(model.__module__)
    upward = [
        f"{field.name} -> {field.related_model._meta.label}"
        for field in model._meta.get_fields()
        if field.concrete
        and field.is_relation
        and field.related_model.__module__.startswith("tuoke.")
        and (there := room_of(field.related_model.__module__)) != here
        and RANK[there] >= RANK[here]
    ]
    assert upward == []
