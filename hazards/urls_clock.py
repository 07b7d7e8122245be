from django.urls import path

from hazards.views import clock_rules, clock_rules_edit, clock_rules_move

# Below rules/clock/.
urlpatterns = [
    path("", clock_rules.show_versions, name="clock_rules"),
    path("<str:policy_id>/", clock_rules.show_policy, name="clock_policy"),
    path("<str:policy_id>/dates/", clock_rules.change_dates, name="clock_policy_dates"),
    path("<str:policy_id>/discard/", clock_rules.discard, name="clock_policy_discard"),
    path("<str:policy_id>/issue/", clock_rules.issue, name="clock_policy_issue"),
    path("<str:policy_id>/move/", clock_rules_move.move_hazards, name="clock_policy_move"),
    path("<str:policy_id>/steps/<slug:step>/", clock_rules_edit.edit_step, name="clock_policy_step"),
    path(
        "<str:policy_id>/ladders/<slug:ladder>/<slug:level>/", clock_rules_edit.edit_ladder, name="clock_policy_ladder"
    ),
]
