"""Every address of the site; each app keeps its own."""

from django.urls import URLPattern, URLResolver, include, path

from core import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("", include("workflows.urls")),
    path("", include("hazards.urls")),
    path("", include("hazards.health_urls")),
    path("", include("organizations.urls")),
    path("", include("notifications.urls_office")),
    path("", include("notifications.urls")),
    path("api/v1/", include("api.urls")),
]

handler400 = "core.views.bad_request"
handler403 = "core.views.permission_denied"
handler404 = "core.views.page_not_found"
handler500 = "core.views.server_error"
