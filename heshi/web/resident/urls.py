"""Addresses of the report."""

from django.urls import path

from heshi.web.resident import views

app_name = "report"

urlpatterns = [
    path("", views.what, name="what"),
    path("where/", views.where, name="where"),
    path("where/villages", views.villages, name="villages"),
    path("where/pin", views.pin, name="pin"),
    path("who/", views.who, name="who"),
    path("check/", views.check, name="check"),
    path("receipt/", views.receipt, name="receipt"),
    path("receipt/code.svg", views.receipt_code, name="receipt-code"),
    path("files/<str:key>", views.sent_file, name="file"),
    path("forget", views.forget, name="forget"),
]
