from datetime import timedelta

import pytest
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from tuoke.services.jobs import actions, hooks
from tuoke.services.jobs.models import Beat, Tick

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(now):
    """A task that the given workers have claimed, the last of them holding it."""

    def claimed(*workers: str) -> DBTaskResult:
        actions.run_periodic.enqueue("nothing")
        task = DBTaskResult.objects.latest("enqueued_at")
        for worker in workers:
            task.claim(worker)
        return task

    return claimed


def elsewhere(worker_id, seen_at):
    Beat.objects.create(worker_id=worker_id, place="another machine", pid=1, seen_at=seen_at)


def test_a_task_of_a_silent_worker_returns_to_the_queue(running, now):
    task = running("gone")
    elsewhere("gone", now - actions.PATIENCE - timedelta(seconds=1))
    assert actions.return_orphans(now=now) == 1
    task.refresh_from_db()
    assert (task.status, task.started_at, task.worker_ids) == (TaskResultStatus.READY, None, ["gone"])


def test_a_task_of_a_worker_that_is_heard_stays(running, now):
    task = running("here")
    elsewhere("here", now - actions.PATIENCE + timedelta(seconds=1))
    assert actions.return_orphans(now=now) == 0
    task.refresh_from_db()
    assert task.status == TaskResultStatus.RUNNING


def test_a_worker_that_died_on_this_machine_is_noticed_at_once(running, now):
    running("killed")
    Beat.objects.create(worker_id="killed", place=actions.place(), pid=2**22 + 1, seen_at=now)
    assert actions.return_orphans(now=now) == 1


def test_a_task_whose_worker_never_beat_returns(running, now):
    running("nobody")
    assert actions.return_orphans(now=now) == 1


def test_the_third_lost_worker_fails_the_task(running, now):
    task = running("one", "two", "three")
    actions.return_orphans(now=now)
    task.refresh_from_db()
    assert task.status == TaskResultStatus.FAILED
    assert task.exception_class_path.endswith("WorkerLost")


def test_a_worker_that_leaves_gives_back_what_it_holds(running, now):
    actions.beat(worker_id="me", now=now)
    running("me")
    assert actions.return_orphans(now=now) == 0
    actions.leave(worker_id="me")
    assert actions.return_orphans(now=now) == 1


@pytest.fixture
def periodic(monkeypatch):
    ran = []
    monkeypatch.setattr(hooks, "periodic", [hooks.Periodic("hourly", 3600, ran.append)])
    return ran


def test_a_periodic_job_is_enqueued_once_for_all_workers(periodic, now):
    assert actions.tick(now=now) == ["hourly"]
    assert actions.tick(now=now + timedelta(minutes=59)) == []
    assert actions.tick(now=now + timedelta(minutes=60)) == ["hourly"]
    assert DBTaskResult.objects.ready().count() == 2


def test_a_worker_that_comes_second_does_not_enqueue_it_again(periodic, now):
    job = hooks.periodic[0]
    assert actions._enqueue_once(job, now=now)
    assert not actions._enqueue_once(job, now=now)
    assert Tick.objects.get(name="hourly").last_at == now


def test_the_task_runs_the_job_and_bears_one_that_has_gone(periodic):
    actions.run_periodic.call("hourly")
    actions.run_periodic.call("no longer there")
    assert len(periodic) == 1


def test_finished_tasks_are_forgotten_after_a_week(running, now):
    old, fresh, open_ = running("w"), running("w"), running("w")
    for task, age in ((old, 8), (fresh, 6)):
        task.set_successful(None)
        DBTaskResult.objects.filter(pk=task.pk).update(finished_at=now - timedelta(days=age))
    actions.prune(now)
    assert set(DBTaskResult.objects.values_list("pk", flat=True)) == {fresh.pk, open_.pk}
