"""Sign in, sign out."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpResponse

from heshi.web.staff.forms import SignInForm


class SignIn(LoginView):
    """Ask for account and password; someone already inside goes straight to the desk."""

    authentication_form = SignInForm
    template_name = "registration/sign_in.html"
    redirect_authenticated_user = True
    extra_context = {"heading": "工作人员登录"}

    def form_invalid(self, form: SignInForm) -> HttpResponse:  # type: ignore[override]
        """Show the form again; a wrong password is 422 like every other mistake."""
        answer = super().form_invalid(form)
        answer.status_code = 422
        return answer


class SignOut(LogoutView):
    """End the session; only by POST, so nobody can be signed out by a picture."""
