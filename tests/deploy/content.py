"""What the site behind the proxy shows: `python -m tests.deploy.content`, into its own database."""

import django

django.setup()

from tests.factories import make_article, make_response, make_survey  # noqa: E402  (after the settings)

make_response(make_survey(make_article("pont"), results="always"))
make_survey(make_article("secret"), results="after_answering")
