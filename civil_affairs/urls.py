"""Every app states its own paths; the roof only lists the apps."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from apps.offices.api.resources import Nowhere
from apps.offices.doors.views import admin_login
from civil_affairs import health

APPS_WITH_PAGES = (
    "offices",
    "households",
    "standards",
    "casework",
    "evidence",
    "publicity",
    "reviews",
    "registers",
    "elderly_allowances",
    "child_welfare",
    "temporary_relief",
    "payments",
    "changes",
    "papers",
)

handler500 = "civil_affairs.requests.fault"

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", health.figures, name="metrics"),
    path("admin/login/", admin_login),
    path("admin/", admin.site.urls),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api-docs"),
    *(
        path("", include(f"apps.{app}.urls"))
        for app in APPS_WITH_PAGES
        if find_spec(f"apps.{app}.urls")
    ),
    # After all others: an address of the API that there is none of is refused in its own shape.
    re_path(r"^api/v1/", Nowhere.as_view(), name="api-nowhere"),
]
