"""What readers ask of moderators: to look at a text again, to hear who is quoted."""

from django.urls import URLPattern, path

from .notices import views as notices
from .replies import views as replies
from .transparency import views as transparency

urlpatterns: list[URLPattern] = [
    path("transparency/", transparency.page, name="transparency"),
    path("transparency/<slug:key>/", transparency.page, name="transparency-of"),
    path("transparency/<slug:key>.csv", transparency.download, name="transparency-csv"),
    path("opinions/<uuid:public_id>/notice/", notices.notice, name="notice"),
    path("articles/<slug:slug>/statements/<int:number>/reply/", replies.reply, name="reply"),
    path("receipts/reply/withdraw/", replies.withdraw, name="reply-withdraw"),
]
