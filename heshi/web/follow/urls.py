"""Addresses under which a resident follows her case."""

from django.urls import path

from heshi.web.follow import views

app_name = "follow"

urlpatterns = [
    path("", views.ask, name="ask"),
    path("<str:number>/", views.show, name="show"),
    path("<str:number>/files/<uuid:key>", views.attachment, name="attachment"),
    path("<str:number>/leave/<str:step>", views.leave, name="leave"),
    path("<str:number>/step/<str:step>", views.step, name="step"),
]
