"""Addresses of the import of units and people."""

from django.urls import path

from organizations.views import imports

urlpatterns = [
    path("people/import/", imports.upload, name="import_people"),
    path("people/import/template/", imports.template, name="import_template"),
    path("people/import/<int:import_id>/", imports.look, name="people_import"),
    path("people/import/<int:import_id>/errors/", imports.errors, name="import_errors"),
    path("people/import/<int:import_id>/passwords/", imports.passwords, name="import_passwords"),
]
