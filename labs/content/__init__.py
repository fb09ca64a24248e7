"""Lessons as files: shapes, loading, rendering. Pure; nothing is raised for bad content."""

from labs.content.catalogue import Catalogue, CurriculumEntry, Lesson, Mistake, Part, Problem
from labs.content.loading import load_catalogue
from labs.content.names import draw_names, fill
from labs.content.shapes import Check, Lab, Look, Sighting, Task, When, Wrong

__all__ = [
    "Catalogue",
    "Check",
    "CurriculumEntry",
    "Lab",
    "Lesson",
    "Look",
    "Mistake",
    "Part",
    "Problem",
    "Sighting",
    "Task",
    "When",
    "Wrong",
    "draw_names",
    "fill",
    "load_catalogue",
]
