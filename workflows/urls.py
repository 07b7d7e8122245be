from django.urls import path

from workflows import views

urlpatterns = [
    path("", views.show_desk, name="desk"),
]
