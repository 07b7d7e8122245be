from django.urls import path

from notifications.views import digests, inbox, settings, state

urlpatterns = [
    path("messages/", inbox.list_messages, name="messages"),
    path("messages/read/", inbox.mark_read, name="messages_read"),
    path("messages/state/", state.show_state, name="messages_state"),
    path("messages/rows/", state.show_rows, name="messages_rows"),
    path("messages/latest/", state.show_latest, name="messages_latest"),
    path("messages/settings/", settings.change_settings, name="messages_settings"),
    path("messages/digests/<int:message_id>/", digests.show_digest, name="message_digest"),
    path("messages/<int:message_id>/", inbox.open_message, name="message_open"),
]
