"""The site as the server in production runs it, but that it keeps a list of what it was asked.

ASKED names the file of that: a JSON object a request. While HOLD exists, `/receipts/` waits.
"""

import json
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from surveysite.wsgi import application as site

ASKED, HOLD = Path(os.environ["ASKED"]), Path(os.environ["HOLD"])
SEEN = {
    "path": "PATH_INFO",
    "query": "QUERY_STRING",
    "id": "HTTP_X_REQUEST_ID",
    "from": "HTTP_X_FORWARDED_FOR",
    "host": "HTTP_HOST",
    "proto": "HTTP_X_FORWARDED_PROTO",
}


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    seen = {name: environ.get(key, "") for name, key in SEEN.items()} | {"worker": os.getpid()}
    with ASKED.open("a") as file:
        file.write(json.dumps(seen) + "\n")
    while environ["PATH_INFO"] == "/receipts/" and HOLD.exists():
        time.sleep(0.01)
    answer: Iterable[bytes] = site(environ, start)
    return answer
