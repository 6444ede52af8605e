"""Sign in, sign out."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse

from heshi.web.kit.again import forget_staff, remember_staff
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

    def form_valid(self, form: SignInForm) -> HttpResponse:  # type: ignore[override]
        """Let her in, and let what she had typed come back to her."""
        answer = super().form_valid(form)
        remember_staff(self.request, answer, str(form.get_user().pk))
        return answer


class SignOut(LogoutView):
    """End the session; only by POST, so nobody can be signed out by a picture."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Leave nothing of hers for whoever sits down next."""
        answer = super().post(request, *args, **kwargs)
        forget_staff(answer)
        return answer
