"""Addresses of posts that change hands."""

from django.urls import path

from organizations.views import handover, my_posts

urlpatterns = [
    path("me/posts/", my_posts.my_posts, name="my_posts"),
    path("holdings/<int:holding_id>/delegate/", my_posts.delegate, name="delegate_post"),
    path("delegations/<int:holding_id>/end/", my_posts.take_back, name="end_delegation"),
    path("holdings/<int:holding_id>/handover/", handover.hand_over_post, name="hand_over"),
    path("people/<int:user_id>/leave/", handover.leave, name="release_person"),
    path("handovers/<int:sheet_id>/", handover.sheet, name="hand_over_sheet"),
]
