"""Addresses of the report."""

from django.urls import path

from heshi.web.resident.views import asking, handing

app_name = "report"

urlpatterns = [
    path("", asking.what, name="what"),
    path("where/", asking.where, name="where"),
    path("where/villages", asking.villages, name="villages"),
    path("where/pin", asking.pin, name="pin"),
    path("who/", asking.who, name="who"),
    path("check/", handing.check, name="check"),
    path("receipt/", handing.receipt, name="receipt"),
    path("receipt/code.svg", handing.receipt_code, name="receipt-code"),
    path("files/<str:key>", handing.sent_file, name="file"),
    path("drop", handing.drop, name="drop"),
    path("forget", handing.forget, name="forget"),
]
