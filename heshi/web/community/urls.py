"""Addresses of the community room."""

from django.urls import path

from heshi.web.community.views import campaigns, duties

app_name = "community"

urlpatterns = [
    path("", duties.week, name="week"),
    path("<uuid:key>/", duties.show, name="duty"),
    path("<uuid:key>/done", duties.done, name="done"),
    path("<uuid:key>/skip", duties.skipped, name="skip"),
    path("campaigns/", campaigns.overview, name="campaigns"),
    path("campaigns/start", campaigns.start, name="start"),
    path("campaigns/<uuid:key>/", campaigns.show, name="campaign"),
    path("campaigns/<uuid:key>/end", campaigns.end, name="end"),
]
