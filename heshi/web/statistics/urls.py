"""Addresses of the figures."""

from django.urls import path

from heshi.web.statistics import views

app_name = "statistics"

urlpatterns = [
    path("desk/statistics/", views.page_of_figures, name="page"),
    path("desk/statistics/download", views.download, name="download"),
    path("statistics/", views.public, name="public"),
]
