"""Addresses of the sandbox's public pages."""

from django.urls import path

from sandbox import views

urlpatterns = [
    path("sandbox/coverage", views.coverage, name="coverage"),
    path("sandbox/coverage/<slug:name>", views.service, name="coverage-service"),
]
