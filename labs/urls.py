"""Addresses of the site's pages."""

from django.urls import path

from labs.views import accounts, pages, sessions

urlpatterns = [
    path("", pages.home, name="home"),
    path("lessons/<slug:slug>/", pages.lesson, name="lesson"),
    path("lessons/<slug:slug>/start", pages.start, name="start"),
    path("sessions/<uuid:session_id>/workbench.json", sessions.workbench, name="workbench"),
    path("sessions/<uuid:session_id>/tasks", sessions.tasks, name="tasks"),
    path("sessions/<uuid:session_id>/check", sessions.check, name="check"),
    path("sessions/<uuid:session_id>/reset", sessions.reset, name="reset"),
    path("sessions/<uuid:session_id>/tasks/<slug:task_id>/hint", sessions.hint, name="hint"),
    path("sign-in", accounts.sign_in, name="sign-in"),
    path("sign-out", accounts.sign_out, name="sign-out"),
    path("account", accounts.account, name="account"),
]
