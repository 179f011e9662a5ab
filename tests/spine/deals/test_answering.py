from types import SimpleNamespace

from django.http import HttpResponse
from django.test import RequestFactory

from tuoke.spine.deals.answering import renewed


def test_a_room_that_is_renewed_tells_the_page_of_its_deal():
    post = RequestFactory().post("/verb/")
    post.htmx = SimpleNamespace(boosted=False, history_restore_request=False)
    answer = renewed(post, lambda: HttpResponse("room"), to="/room/")
    assert (answer.content, answer["HX-Trigger"]) == (b"room", "deal-changed")
    post.htmx = False
    assert renewed(post, lambda: HttpResponse(), to="/room/")["Location"] == "/room/"
