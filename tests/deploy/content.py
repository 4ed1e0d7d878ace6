"""What the site behind the proxy shows: `python -m tests.deploy.content`, into its own database."""

import django

MODERATORS = ("moderator-1", "moderator-2")


def make() -> None:
    django.setup()

    from tests.factories import make_article, make_response, make_staff, make_survey

    make_response(make_survey(make_article("pont"), results="always"))
    make_survey(make_article("secret"), results="after_answering")
    for name in MODERATORS:
        make_staff("moderator", name=name)


if __name__ == "__main__":
    make()
