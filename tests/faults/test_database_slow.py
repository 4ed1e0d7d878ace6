"""Half a second added to each round trip to the database."""

from pathlib import Path

import pytest

from tests.deploy.running import Site, free_ports, front

from .between import Between
from .crowd import ALL_IS_WELL, compared, crowd

pytestmark = pytest.mark.postgres
ARTICLE = "/articles/pont/"
LATE = 0.5  # seconds


def test_with_a_slow_database_the_kept_page_comes_and_answers_are_taken_or_kept(
    environment: dict[str, str], wire: Between, wired: dict[str, str], place: Path
) -> None:
    (place / "front").mkdir(mode=0o755)
    own = {name: str(place / name.lower()) for name in ("ASKED", "HOLD")}
    site = Site(place, wired | own, free_ports(1)[0])
    with site.running(), front(place / "front", site.port) as proxy:
        assert proxy.ask(ARTICLE).status == 200
        wire.late = LATE
        with crowd(site.port) as log:
            log.grows(by=1)
            pages = [proxy.ask(ARTICLE) for _ in range(50)]
            log.grows(by=8)
    assert {page.status for page in pages} == {200}
    fetched = [one for one in site.asked if one["path"] == ARTICLE and one["from"]]
    assert len(fetched) == 1
    assert set(log.statuses) <= {303, 503}
    assert compared(log, environment) == ALL_IS_WELL
