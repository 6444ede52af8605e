"""How a pretend case begins."""

from __future__ import annotations

from django import forms

from heshi.cases.terms import KINDS, SOURCES
from heshi.web.kit.forms import PageForm


class BeginForm(PageForm):
    """What kind of pretend case comes in, and by which door."""

    kind = forms.ChoiceField(label="假设来的是什么事", choices=list(KINDS.items()), initial="complaint")
    source = forms.ChoiceField(label="从哪里来", choices=list(SOURCES.items()), initial="web")
