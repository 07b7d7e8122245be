from django.urls import path

from organizations.import_urls import urlpatterns as import_urls
from organizations.post_urls import urlpatterns as post_urls
from organizations.tree_urls import urlpatterns as tree_urls
from organizations.views import accounts, audit, login, people, second_factor, security, units

urlpatterns = [
    path("login/", login.LoginView.as_view(), name="login"),
    path("login/code/", second_factor.verify_code, name="verify_code"),
    path("logout/", login.LogoutView.as_view(), name="logout"),
    path("password/first/", login.set_password, name="set_password"),
    path("password/", login.change_password, name="change_password"),
    path("me/", login.me, name="me"),
    path("me/second-factor/", second_factor.second_factor, name="second_factor"),
    path("me/second-factor/change/", second_factor.change_second_factor, name="change_second_factor"),
    path("me/devices/forget/", second_factor.forget_all_devices, name="forget_devices"),
    path("me/devices/<int:device_id>/forget/", second_factor.forget_one_device, name="forget_device"),
    path("people/", people.people, name="people"),
    path("people/<int:user_id>/active/", people.switch_person, name="switch_person"),
    path("units/new/", units.new_unit, name="new_root_unit"),
    path("units/<int:parent_id>/new/", units.new_unit, name="new_unit"),
    path("units/<int:unit_id>/people/", people.unit_people, name="unit_people"),
    path("units/<int:unit_id>/people/new/", people.add_person, name="add_person"),
    path("units/<int:unit_id>/appoint/", people.appoint_person, name="appoint"),
    path("units/<int:unit_id>/rename/", units.rename, name="rename_unit"),
    path("units/<int:unit_id>/active/", units.switch_unit, name="switch_unit"),
    path("holdings/<int:holding_id>/end/", people.end_post, name="end_holding"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/new/", accounts.new_account, name="new_account"),
    path("accounts/<int:user_id>/", accounts.account, name="account"),
    path("accounts/<int:user_id>/reset/", accounts.reset_account, name="reset_account"),
    path("accounts/<int:user_id>/unlock/", accounts.unlock, name="unlock_account"),
    path("accounts/<int:user_id>/second-factor/reset/", second_factor.reset_second_factor, name="reset_second_factor"),
    path("accounts/<int:user_id>/role/", accounts.change_role, name="change_role"),
    path("security/", security.security_settings, name="security_settings"),
    path("audit/", audit.audit, name="audit"),
    *post_urls,
    *import_urls,
    *tree_urls,
]
