"""The readers' log against the database that leads."""

from dataclasses import dataclass

import psycopg2

from polls.lib.codes import hashed

from .cluster import Cluster
from .readers import Acknowledgement, text_of

ROWS = """
SELECT opinion.text, response.receipt_hash
FROM polls_opinion opinion JOIN polls_response response ON response.id = opinion.response_id
"""


@dataclass(frozen=True)
class Compared:
    lost: int  # acknowledged, and not there, or there under another receipt
    doubled: int  # there more than once
    tallies: str  # "equal", or what the command says
    stored: int


def compare(cluster: Cluster, told: list[Acknowledgement]) -> Compared:
    connection = psycopg2.connect(cluster.layout.leader(), connect_timeout=5)
    try:
        with connection.cursor() as cursor:
            cursor.execute(ROWS)
            rows: list[tuple[str, str]] = cursor.fetchall()
    finally:
        connection.close()
    receipts = dict(rows)
    lost = [one for one in told if receipts.get(text_of(one.key)) != hashed(one.receipt)]
    check = cluster.manage("manage.py", "rebuild_tallies", "--check")
    tallies = "equal" if check.returncode == 0 else (check.stdout + check.stderr).strip()
    return Compared(len(lost), len(rows) - len(receipts), tallies, len(rows))
