"""The picture of the results for social networks: 1200 × 630 pixels, PNG.

Diverging bars around the middle (Heiberger and Robbins, 2014; `pictures`), the bases of all shares
by name, and the identity notice. The words come from `postcards.content`, the places from
`postcards.layout`; here they are drawn. The same figures in the same language give the same bytes.
"""

from io import BytesIO
from threading import Condition

from cachetools import LRUCache, cached
from PIL import Image, ImageDraw

from polls.models import Statement

from .postcards.card import Postcard
from .postcards.content import postcard
from .postcards.layout import layout
from .postcards.marks import HEIGHT, PAPER, WIDTH
from .postcards.typeset import face
from .queries import Results

# Pictures kept in a process, of about 130 kB each.
KEPT = 64


def png(figures: Results, statement: Statement | None = None) -> bytes:
    """The picture of the two main items, or of one statement, in the language that is active."""
    return drawn(postcard(figures, statement))


@cached(LRUCache[Postcard, bytes](maxsize=KEPT), condition=Condition(), info=True)
def drawn(card: Postcard) -> bytes:
    """The picture of what a card says: drawn once, while others that want the same wait."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    placed = layout(card)
    for shape in placed.shapes:
        left, top, right, bottom = shape.box
        draw.rectangle((left, top, right - 1, bottom - 1), fill=shape.fill)
    for text in placed.texts:
        draw.text(
            (text.x, text.y),
            text.text,
            fill=text.fill,
            font=face(text.weight, text.size),
            anchor=f"{text.anchor}s",
        )
    stream = BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()
