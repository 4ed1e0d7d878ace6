"""Downloads for the admin, whose views ask for the permission `polls.export_survey` first."""

from django.contrib.auth.models import User
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.text import slugify

from polls.models import Survey

from . import codebook, services
from .writers import DELIMITERS, WRITERS, Options


def csv_response(
    request: HttpRequest, survey: Survey, *, delimiter: str = "comma"
) -> StreamingHttpResponse:
    """Every standing response of the edition, sent while the query runs.

    Not for HEAD: what sends nothing would be on record as an export.
    """
    export = services.begin(
        survey=survey, by=_who(request), file_format="csv", options=_options(delimiter)
    )
    return StreamingHttpResponse(services.stream(export), headers=_headers(survey, "responses"))


def codebook_response(
    request: HttpRequest, survey: Survey, *, delimiter: str = "comma"
) -> HttpResponse:
    """What the columns and codes mean. It holds nothing of any reader, hence no event."""
    chunks = WRITERS["csv"](codebook.COLUMNS, codebook.rows(survey), _options(delimiter))
    return HttpResponse(b"".join(chunks), headers=_headers(survey, "codebook"))


def _options(delimiter: str) -> Options:
    if delimiter not in DELIMITERS:
        raise BadRequest("The delimiter is comma or semicolon.")
    return Options(delimiter)


def _who(request: HttpRequest) -> User:
    """An export by nobody would stand in the record as one from the command line."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _headers(survey: Survey, content: str) -> dict[str, str]:
    # A slug once more, whatever is stored: nothing of a path or of a header's line gets through.
    name = f"{slugify(survey.article.slug) or 'survey'}-{survey.edition}-{content}.csv"
    return {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
