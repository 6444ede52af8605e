"""Choices are drawn by ourselves: what Django would mark, escape and describe is marked, escaped and described here too."""

from __future__ import annotations

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from pytest_django.asserts import assertHTMLEqual

from heshi.web.kit.choosing import Cards, PickListField, Ticks
from heshi.web.kit.forms import PageForm, WordsField

ROOMS = [("a", "甲室"), ("b", '乙"室" value="a"'), ("<c>", "<丙>室")]


class Choosing(PageForm):
    """One question of each way to choose."""

    room = PickListField(choices=ROOMS)
    way = forms.ChoiceField(
        choices=ROOMS, widget=Cards(says={"a": "当面<谈>"}, attrs={"class": "choices-across"})
    )
    units = forms.MultipleChoiceField(choices=ROOMS, widget=Ticks())


def test_a_list_marks_what_was_chosen_and_nothing_else() -> None:
    drawn = [str(Choosing(initial={"room": room})["room"]) for room in ("", "a", "<c>", "a")]

    assert [page.count("selected") for page in drawn] == [0, 1, 1, 1]
    assert '<option value="a" selected>甲室</option>' in drawn[1]
    assert '<option value="&lt;c&gt;" selected>&lt;丙&gt;室</option>' in drawn[2]
    assert "<丙>" not in "".join(drawn)
    assert drawn[1] == drawn[3]


def test_cards_say_what_a_choice_means() -> None:
    drawn = str(Choosing(initial={"way": "b"})["way"])

    assert drawn.startswith('<div class="choices choices-across" id="id_way" tabindex="-1">')
    assert '<input type="radio" name="way" value="b" checked id="id_way_1">' in drawn
    assert "<small>当面&lt;谈&gt;</small>" in drawn
    assert drawn.count(" checked") == 1


def test_ticks_come_back_as_they_were_sent() -> None:
    form = Choosing({"units": ["a", "<c>"], "room": "zz"})

    assert not form.is_valid()
    ticked, wrong = str(form["units"]), str(form["room"])
    assert [f'value="{code}" checked' in ticked for code in ("a", "b", "&lt;c&gt;")] == [True, False, True]
    assert 'aria-invalid="true"' in wrong
    assert "selected" not in wrong


@pytest.mark.parametrize("given", [{"name": 'O"甲<b>', "seen": 3, "day": "2026-03-05"}, {}])
def test_a_box_is_drawn_as_django_draws_it(given: dict[str, object]) -> None:
    class Boxes(PageForm):
        name = WordsField(widget=forms.TextInput(attrs={"autocomplete": "off"}))
        seen = forms.IntegerField(widget=forms.HiddenInput)
        day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    ours, theirs = Boxes(initial=given), Boxes(initial=given, renderer=DjangoTemplates())

    for name in ours.fields:
        assertHTMLEqual(str(ours[name]), str(theirs[name]))


def test_every_form_is_drawn_by_one_engine() -> None:
    assert Choosing().renderer is Choosing().renderer
