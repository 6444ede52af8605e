"""Addresses of every page."""

from django.urls import include, path, re_path

from heshi.web import views
from heshi.web.staff.views import SignIn, SignOut

urlpatterns = [
    path("", views.home, name="home"),
    path("reading", views.reading, name="reading"),
    path("privacy/", views.privacy, name="privacy"),
    path("alive", views.alive, name="alive"),
    path("again/", views.again, name="again"),
    path("map/<str:version>/<str:layer>.json", views.map_layer, name="map-layer"),
    path("kit/", views.kit, name="kit"),
    path("sign-in/", SignIn.as_view(), name="sign-in"),
    path("sign-out/", SignOut.as_view(), name="sign-out"),
    path("report/", include("heshi.web.resident.urls")),
    path("follow/", include("heshi.web.follow.urls")),
    path("", include("heshi.web.statistics.urls")),
    path("desk/playbooks/", include("heshi.web.playbooks.urls")),
    path("desk/community/", include("heshi.web.community.urls")),
    path("desk/", include("heshi.web.desk.urls")),
    # Typed by hand, the stroke at the end is what people leave out.
    re_path(r"^(?P<door>[a-z][a-z/-]*[a-z])$", views.with_slash),
]
