"""Addresses of the playbooks."""

from django.urls import path

from heshi.web.playbooks import views

app_name = "playbooks"

urlpatterns = [
    path("", views.shelf, name="shelf"),
    path("<slug:code>/", views.show, name="show"),
    path("<slug:code>/try/", views.walk, name="try"),
    path("<slug:code>/try/begin", views.begin, name="begin"),
    path("<slug:code>/try/steps/<slug:step>", views.press, name="press"),
    path("<slug:code>/try/later", views.later, name="later"),
    path("<slug:code>/try/over", views.start_over, name="over"),
]
