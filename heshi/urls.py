"""Every address: the API under /api/, the pages everywhere else."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("heshi.api.urls")),
    path("", include("heshi.web.urls")),
]
