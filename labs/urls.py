"""Addresses of the site's pages."""

from django.urls import path

from labs.views import accounts, conditions, explanations, pages, sessions

urlpatterns = [
    path("", pages.home, name="home"),
    path("lessons/<slug:slug>/", pages.lesson, name="lesson"),
    path("lessons/<slug:slug>/start", pages.start, name="start"),
    path("sessions/<uuid:session_id>/workbench.json", sessions.workbench, name="workbench"),
    path("sessions/<uuid:session_id>/tasks", sessions.tasks, name="tasks"),
    path("sessions/<uuid:session_id>/check", sessions.check, name="check"),
    path("sessions/<uuid:session_id>/reset", sessions.reset, name="reset"),
    path("sessions/<uuid:session_id>/tasks/<slug:task_id>/hint", sessions.hint, name="hint"),
    path("sessions/<uuid:session_id>/weather", conditions.weather, name="weather"),
    path("sessions/<uuid:session_id>/weather/faults", conditions.set_fault, name="set-fault"),
    path("sessions/<uuid:session_id>/weather/faults/remove", conditions.remove_fault, name="remove-fault"),
    path("sessions/<uuid:session_id>/weather/skew", conditions.set_skew, name="set-skew"),
    path("sessions/<uuid:session_id>/weather/zones", conditions.set_outage, name="set-outage"),
    path("sessions/<uuid:session_id>/weather/clear", conditions.clear, name="clear-weather"),
    path("sessions/<uuid:session_id>/weather/end-sessions", conditions.end_sessions, name="end-sessions"),
    path("sessions/<uuid:session_id>/clock", conditions.move_clock, name="move-clock"),
    path("sandbox/authorization-details/<uuid:event_id>", explanations.explanation, name="explanation"),
    path("sandbox/authorization-details/<uuid:event_id>.json", explanations.explanation_json, name="explanation-json"),
    path("sign-in", accounts.sign_in, name="sign-in"),
    path("sign-out", accounts.sign_out, name="sign-out"),
    path("account", accounts.account, name="account"),
]
