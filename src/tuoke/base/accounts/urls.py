from allauth.account import views as allauth
from django.urls import path

from tuoke.base.accounts import views
from tuoke.base.accounts.access import needs, open_to_all
from tuoke.base.accounts.rules import Permission

urlpatterns = [
    path("login/", open_to_all("where one logs in")(allauth.login), name="account_login"),
    path("logout/", open_to_all("logging out twice does no harm")(allauth.logout), name="account_logout"),
    path("password/", needs(Permission.ACCOUNT)(allauth.password_change), name="account_change_password"),
    path("password/set/", needs(Permission.ACCOUNT)(allauth.password_set), name="account_set_password"),
    path(
        "inactive/", open_to_all("says that an account is disabled")(allauth.account_inactive), name="account_inactive"
    ),
    path("settings/organisation/", views.organisation, name="organisation"),
    path("settings/company/", views.company, name="company"),
    path("company/logo/<slug:digest>/", views.logo, name="company_logo"),
]
