"""Addresses of units that move or merge, and of people who move."""

from django.urls import path

from organizations.views import tree

urlpatterns = [
    path("units/<int:unit_id>/move/", tree.move, name="move_unit"),
    path("units/<int:unit_id>/merge/", tree.merge, name="merge_unit"),
    path("units/<int:unit_id>/names/", tree.change_issuing_names, name="issuing_names"),
    path("people/<int:user_id>/move/", tree.move_user, name="move_person"),
]
