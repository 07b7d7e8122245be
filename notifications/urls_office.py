from django.urls import path

from notifications.views_office import told

urlpatterns = [
    path("messages/told/<int:user_id>/", told.show_told_to, name="told_to"),
    path("messages/told/<int:user_id>/file/", told.download_told_to, name="told_to_file"),
]
