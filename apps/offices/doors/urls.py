"""Paths of 登录与身份: these, and none of allauth's others (sign-up, e-mail, codes by mail)."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from apps.offices.doors import views
from apps.offices.doors.factors import views as factors
from apps.offices.doors.middleware import first_of_all
from apps.offices.doors.watch import views as watch

login = first_of_all(views.Login.as_view())

urlpatterns = [
    path("login/", login, name="login"),
    # The same under the name by which allauth leads back to it.
    path("login/", login, name="account_login"),
    path("login/second/", first_of_all(views.SecondStep.as_view()), name="mfa_authenticate"),
    path("logout/", first_of_all(LogoutView.as_view(next_page="/login/")), name="logout"),
    path("profile/password/", first_of_all(views.password), name="password"),
    path("profile/sessions/<int:pk>/end/", views.end_sitting, name="sitting-end"),
    path("profile/sessions/end-others/", views.end_others, name="sittings-end"),
    path("profile/factors/", factors.index, name="mfa_index"),
    path("profile/factors/app/", factors.add_app, name="mfa_activate_totp"),
    path("profile/factors/app/remove/", factors.remove_app, name="mfa_deactivate_totp"),
    path("profile/factors/key/", factors.add_key, name="mfa_add_webauthn"),
    path("profile/factors/key/<int:pk>/remove/", factors.remove_key, name="mfa_remove_webauthn"),
    path("profile/factors/", factors.index, name="mfa_list_webauthn"),
    path("profile/factors/codes/", factors.codes, name="mfa_view_recovery_codes"),
    path("profile/factors/codes/new/", factors.new_codes, name="mfa_generate_recovery_codes"),
    path("login-security/", watch.page, name="login-security"),
    path("login-security/<int:user_id>/unlock/", watch.unlock, name="account-unlock"),
    path("login-security/<int:user_id>/reset/", watch.reset, name="account-reset"),
    path("login-security/<int:user_id>/factors/", watch.remove_factors, name="account-factors"),
]
