"""Before ``tuoke migrate`` has published a playbook."""

import pytest
from django.urls import reverse


@pytest.mark.parametrize("name", ["deals:board", "deals:list"])
def test_pages_that_need_a_playbook_say_what_is_to_be_done(company, login, name):
    answer = login("rep").get(reverse(name))
    assert answer.status_code == 503
    assert "tuoke migrate" in answer.content.decode()
