from django.urls import path

from notifications.views import outlets, told, ways

urlpatterns = [
    path("messages/told/<int:user_id>/", told.show_told_to, name="told_to"),
    path("messages/told/<int:user_id>/file/", told.download_told_to, name="told_to_file"),
    path("messages/ways/", ways.show_ways, name="ways"),
    path("messages/ways/test/", ways.try_way, name="ways_test"),
    path("messages/ways/resend/", ways.resend, name="ways_resend"),
    path("messages/ways/outlets/new/", outlets.new_outlet, name="new_outlet"),
    path("messages/ways/outlets/<int:outlet_id>/", outlets.edit_outlet, name="outlet"),
    path("messages/ways/outlets/<int:outlet_id>/switch/", outlets.switch, name="switch_outlet"),
]
