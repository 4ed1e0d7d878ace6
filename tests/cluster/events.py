"""What happens to the cluster while readers answer: functions of the cluster and their log."""

import time
from collections.abc import Callable
from contextlib import suppress

import psycopg2

from tests.deploy.running import until

from .cluster import PATIENCE, Cluster
from .readers import Log

Event = Callable[[Cluster, Log], None]

WAITING = """
SELECT pg_cancel_backend(pid) FROM pg_stat_activity
WHERE usename = 'survey' AND wait_event = 'SyncRep'
"""


def nothing(cluster: Cluster, log: Log) -> None:
    """Nothing happens, for comparison."""
    time.sleep(5)


def the_leader_dies(cluster: Cluster, log: Log) -> None:
    """The machine of the database that leads: Patroni, PostgreSQL and etcd are killed at once."""
    dead = cluster.leader()
    dead.crash()
    _another_leads(cluster, dead.name)
    more(log)
    dead.start()


def the_leader_freezes(cluster: Cluster, log: Log) -> None:
    """It stands still until another leads, and wakes up believing that it leads."""
    frozen = cluster.leader()
    frozen.freeze()
    try:
        _another_leads(cluster, frozen.name)
        more(log)
    finally:
        frozen.wake()
    more(log)


def an_application_machine_dies(cluster: Cluster, log: Log) -> None:
    """HAProxy, PgBouncer and the program of one of two are killed; later they are started.

    They stand still for a moment before, so that answers are on the way in them when they die.
    """
    dead = cluster.applications["app2"]
    dead.freeze()
    time.sleep(1)
    dead.crash()
    more(log, 100)
    again = sum(count for status, count in log.statuses.items() if status != 303)
    assert again, "no answer was on the way in the machine that died"
    dead.start()
    until(dead.answers, f"{dead.name} is back")


def etcd_restarts(cluster: Cluster, log: Log) -> None:
    """One after the other, each away for two seconds; then all three at once, for fifteen."""
    for database in cluster.databases.values():
        database.etcd.stop()
        time.sleep(2)
        database.etcd.start()
        time.sleep(3)
    for database in cluster.databases.values():
        database.etcd.kill()
    time.sleep(15)
    for database in cluster.databases.values():
        database.etcd.start()


def a_switchover(cluster: Cluster, log: Log) -> None:
    """On purpose, as an operator does it."""
    before = cluster.leader()
    (candidate,) = (m["name"] for m in cluster.members() if m["role"] == "sync_standby")
    before.command("switchover", "survey", "--force", "--leader", before.name,
                   "--candidate", candidate)  # fmt: skip
    _another_leads(cluster, before.name)
    more(log)


def waits_are_ended(cluster: Cluster, log: Log) -> None:
    """No copy gets anything any more, and what waits for one is cancelled; then the leader dies.

    Each answer of these seconds is on the leader alone. Nobody may be thanked for one: neither when
    the wait ends, nor when it is sent again and found there.
    """
    dead = cluster.leader()
    connection = psycopg2.connect(cluster.layout.leader())
    connection.autocommit = True
    dead.hold_copies_back()
    time.sleep(0.5)
    before, cancelled = len(log.told), 0
    until_then = time.monotonic() + 6
    while time.monotonic() < until_then:
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            cancelled += cursor.rowcount
        time.sleep(0.1)
    thanked = len(log.told) - before
    dead.crash()
    with suppress(psycopg2.Error):
        connection.close()
    assert cancelled > 10, f"only {cancelled} waits were ended"
    assert thanked == 0, f"{thanked} were thanked for what is on one machine alone"
    _another_leads(cluster, dead.name)
    more(log)
    dead.start()


def loses_on_purpose(cluster: Cluster, log: Log) -> None:
    """Replication isn't waited for, no copy gets anything for some seconds, and the leader dies."""
    dead = cluster.leader()
    dead.hold_copies_back()
    more(log, 40)
    dead.crash()
    _another_leads(cluster, dead.name)
    more(log)
    dead.start()


def more(log: Log, count: int = 30) -> None:
    """Wait for so many more acknowledgements."""
    enough = len(log.told) + count
    until(lambda: len(log.told) >= enough or log.wrong, f"{count} more are thanked", PATIENCE)


def _another_leads(cluster: Cluster, before: str) -> None:
    """Another member holds the lock, and says so itself."""

    def found() -> bool:
        leads = [one for one in cluster.members() if one["role"] == "leader"]
        return any(one["name"] != before and one["state"] == "running" for one in leads)

    until(found, f"another than {before} leads", PATIENCE)
