from django.urls import path

from hazards.views import health

urlpatterns = [
    path("health/", health.show_health, name="health"),
    path("health/<int:deadline_id>/retry/", health.retry_firing, name="health_retry"),
]
