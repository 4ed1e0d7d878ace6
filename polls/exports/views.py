"""Downloads for the admin, whose views ask for the permission `polls.export_survey` first."""

from django.contrib.auth.models import User
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.text import slugify

from polls.models import Survey

from . import codebook, services
from .orders import Order
from .table import Rows, Table
from .writers import CONTENT_TYPES, DELIMITERS, STREAMED, Options


def streamed_response(request: HttpRequest, order: Order) -> StreamingHttpResponse:
    """A file that is sent while the query runs.

    Not for HEAD: what sends nothing would be on record as an export.
    """
    export = services.begin(order=order, by=who(request))
    headers = file_headers(order.name, CONTENT_TYPES[order.extension])
    return StreamingHttpResponse(services.stream(export), headers=headers)


def codebook_response(
    request: HttpRequest, survey: Survey, *, delimiter: str = "comma"
) -> HttpResponse:
    """What the columns and codes mean. It holds nothing of any reader, hence no event."""
    if delimiter not in DELIMITERS:
        raise BadRequest("The delimiter is comma or semicolon.")
    table = Table("codebook", codebook.COLUMNS, Rows(codebook.rows(survey)))
    name = f"{slugify(survey.article.slug) or 'survey'}-{survey.edition}-codebook.csv"
    content = b"".join(STREAMED["csv"](table, Options(delimiter)))
    return HttpResponse(content, headers=file_headers(name, CONTENT_TYPES["csv"]))


def who(request: HttpRequest) -> User:
    """An export by nobody would stand in the record as one from the command line."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def file_headers(name: str, content_type: str) -> dict[str, str]:
    return {
        "Content-Type": content_type,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
