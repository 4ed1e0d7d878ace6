from django.urls import path

from . import appeals, receipts, rules, views

urlpatterns = [
    path("", views.home, name="home"),
    path("articles/<slug:slug>/", views.article, name="article"),
    path("articles/<slug:slug>/responses/", views.responses, name="responses"),
    path("articles/<slug:slug>/stamp/", views.stamp, name="stamp"),
    path("receipts/", receipts.receipts, name="receipts"),
    path("receipts/change/", receipts.change, name="receipt-change"),
    path("receipts/withdraw/", receipts.withdraw, name="receipt-withdraw"),
    path("articles/<slug:slug>/rules/", rules.rules, name="rules"),
    path("receipts/appeal/", appeals.appeal, name="receipt-appeal"),
    path("receipts/leave/", receipts.leave, name="receipt-leave"),
]
