"""`python -m tools.pages.server PORT PLACES`: fill the database, say where things are, serve.

As in production, but for what needs TLS or `collectstatic`: an address that isn't there gets our
own page and not Django's.
"""

import json
import sys
from pathlib import Path


def main(port: int, places: Path) -> None:
    import django
    from django.conf import settings

    settings.DEBUG = False
    settings.ROOT_URLCONF = "tools.pages.urls"
    settings.WHITENOISE_USE_FINDERS, settings.WHITENOISE_AUTOREFRESH = True, False
    settings.WHITENOISE_MAX_AGE = 3600
    django.setup()
    from django.core.management import call_command
    from django.core.servers.basehttp import get_internal_wsgi_application, run

    from .states import make

    call_command("migrate", verbosity=0)
    written = json.dumps(make())
    places.with_suffix(".new").write_text(written, encoding="utf-8")
    places.with_suffix(".new").rename(places)  # whole, or not there
    run("127.0.0.1", port, get_internal_wsgi_application(), threading=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
