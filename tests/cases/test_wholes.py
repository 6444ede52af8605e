"""By a whole value: a telephone, a document, a name, a number of another system lead to the file; a part of one does not."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from heshi.cases.actions import refresh_lookups
from heshi.cases.actions.correcting import correct
from heshi.cases.actions.indexing import reindex
from heshi.cases.models import Case, Lookup, Party, Statement
from heshi.cases.queries.search import search
from heshi.cases.queries.wholes import found_whole
from heshi.cases.rules.wholes import is_mistyped, plain_documents, plain_name, plain_phones
from heshi.intake.rules.report import Report
from heshi.journey.actions import receive
from heshi.people.models import Staff
from heshi.people.queries import scope_of
from heshi.places.actions import rename
from heshi.playbooks.actions import publish_shelf
from tests.cast import FIRST_DAY, NOON, TOWNSHIPS, VILLAGES, County
from tests.files import PHONE, OpenCase, acting, walk

CARD, OLD_CARD = "11010519491231002X", "110105491231002"
NEIGHBOUR = {
    "role": "reporter",
    "name": "吴𠮷祥",
    "phone": "0431-8888 1234转801（儿子）",
    "identity_no": CARD,
}


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("13800001234", {"13800001234"}), ("+86 138-0000-1234", {"13800001234"}), ("0086 138 0000 1234", {"13800001234"}),
        ("１３８００００１２３４", {"13800001234"}), ("8613800001234", {"13800001234"}), ("(0431)88881234", {"043188881234"}),
        ("+86 431 8888 1234", {"043188881234"}), ("0431-8888 1234转801（儿子）", {"043188881234"}),
        ("13800001234、13900001234", {"13800001234", "13900001234"}), ("13800001234 13900001234", {"13800001234", "13900001234"}),
        ("1380000123413900001234", {"13800001234", "13900001234"}), ("13800001234/0431-88881234", {"13800001234", "043188881234"}),
        ("138****8001", set()), ("8881234****", set()), ("无", set()), ("", set()), ("12", set()), (CARD, set()),
    ],
)  # fmt: skip
def test_every_number_that_can_be_dialled_is_read_out_of_a_telephone_as_it_was_written(
    written: str, numbers: set[str]
) -> None:
    assert plain_phones(written) == numbers


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        (CARD, {CARD}), ("110105 19491231 002x", {CARD}), ("１１０１０５１９４９１２３１００２Ｘ", {CARD}), (OLD_CARD, {CARD}),
        ("护照 e12345678", {"E12345678"}), ("H1234567（01）", {"H123456701"}), ("110105****002X", set()), ("没带", set()),
    ],
)  # fmt: skip
def test_a_document_of_any_kind_has_one_plain_form(written: str, numbers: set[str]) -> None:
    assert plain_documents(written) == numbers


@pytest.mark.parametrize(
    ("document", "slip"),
    [(CARD, False), (CARD[:-1] + "1", True), ("110105194913310020", True), (OLD_CARD, False), ("E12345678", False), ("", False)],
)  # fmt: skip
def test_only_what_looks_like_an_identity_number_can_be_mistyped(document: str, slip: bool) -> None:
    assert is_mistyped(document) == slip


@pytest.mark.parametrize(
    ("written", "name"),
    [("吴 𠮷祥", "吴𠮷祥"), ("阿卜杜·热合曼", "阿卜杜热合曼"), ("王", ""), ("长" * 31, ""), ("群 众", "")],
)
def test_a_name_is_one_name_however_it_is_spaced(written: str, name: str) -> None:
    assert plain_name(written) == name


@pytest.fixture
def neighbour(open_case: OpenCase) -> Case:
    """One case of a neighbour who left telephone, name and card, handed on by a hotline."""
    return open_case(
        parties=[NEIGHBOUR], source="import", source_key="热线:2026030101", facts={"external_number": "GD－2026-77"}
    )  # fmt: skip


def found(staff: Staff, text: str) -> list[tuple[str, str]]:
    """Return number and reason of each file that a question leads to as a whole."""
    whole = found_whole(scope_of(staff), text)
    return [(hit.case.number, whole.personal(hit.case)) for hit in whole.hits]


@pytest.mark.parametrize(
    ("asked", "by"),
    [
        ("0431-88881234", "电话号码"), ("+86 431 8888 1234", "电话号码"), (CARD.lower(), "证件号码"), (OLD_CARD, "证件号码"),
        ("吴𠮷祥", "姓名"), ("吴 𠮷 祥", "姓名"), ("2026030101", ""), ("热线：2026030101", ""), ("gd-2026-77", ""),
    ],
)  # fmt: skip
def test_a_whole_value_leads_to_the_file(asked: str, by: str, neighbour: Case, dispatcher: Staff) -> None:
    assert found(dispatcher, asked) == [(neighbour.number, by)]


@pytest.mark.parametrize(
    "part", ["88881234", "0431-8888123", CARD[:-1], CARD[6:14], "𠮷祥", "吴", "20260301", "热线"]
)
def test_a_part_of_a_value_leads_nowhere(part: str, neighbour: Case, dispatcher: Staff) -> None:
    assert found(dispatcher, part) == []


@pytest.mark.parametrize(
    ("who", "sees"),
    [("dispatcher", True), ("officer", True), ("other_officer", False), ("mediator", False), ("statistician", False)],
)  # fmt: skip
def test_who_may_not_see_the_case_does_not_find_it(
    who: str, sees: bool, neighbour: Case, county: County
) -> None:
    assert bool(found(county.staff[who], CARD)) == sees


def test_of_many_files_of_one_name_the_newest_are_shown(
    open_case: OpenCase, dispatcher: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [open_case(f"n{index}", parties=[{"name": "张伟"}]) for index in range(4)]
    monkeypatch.setattr("heshi.cases.queries.wholes.LOOK", 3)
    monkeypatch.setattr("heshi.cases.queries.wholes.MOST", 2)

    assert found(dispatcher, "张伟") == [(cases[3].number, "姓名"), (cases[2].number, "姓名")]


def test_nothing_that_is_kept_can_be_read(neighbour: Case) -> None:
    kept = list(Lookup.objects.values_list("fingerprint", flat=True))

    assert len(kept) == 6  # telephone, document, name; the order, the number with its system and without
    assert all(-(2**63) <= one < 2**63 for one in kept)
    assert not any(str(value) in str(kept) for value in ("043188881234", "2026030101"))


def test_a_corrected_telephone_is_found_and_the_wrong_one_no_longer(
    neighbour: Case, dispatcher: Staff
) -> None:
    party = Party.objects.get()
    party.phone = "13800001234、13900001234"
    party.save()

    refresh_lookups(party)
    refresh_lookups(party)

    assert found(dispatcher, "043188881234") == []
    assert (
        found(dispatcher, "13900001234")
        == found(dispatcher, "138 0000 1234")
        == [(neighbour.number, "电话号码")]
    )
    assert found(dispatcher, CARD) == [(neighbour.number, "证件号码")]


def test_what_the_desk_puts_right_is_found_at_once(open_case: OpenCase, dispatcher: Staff) -> None:
    case = open_case(facts={"external_number": "GD-1"})
    given = {"phone": "13900001234", "external_number": "GD-2", "place_text": "供销社旁边"}

    correct(case=case, given=given, actor=acting(dispatcher, case), at=NOON)

    assert found(dispatcher, PHONE) == found(dispatcher, "GD-1") == []
    assert found(dispatcher, "13900001234") == [(case.number, "电话号码")]
    assert found(dispatcher, "GD-2") == [(case.number, "")]
    assert titles(dispatcher, "供销社 甲一村") == [case.title]


def test_the_second_of_two_telephones_and_a_document_as_it_was_written_lead_to_the_file(
    county: County, books: object, dispatcher: Staff
) -> None:
    report = Report(
        source="phone", source_key="k", body="路灯坏了，请来修。", phone="13800001234、13900001234（儿子）", identity_no=f"旧证 {OLD_CARD}"
    )  # fmt: skip
    (receipt,) = receive(reports=[report], at=NOON)

    for asked, by in (("13800001234", "电话号码"), ("13900001234", "电话号码"), (CARD, "证件号码")):
        assert found(dispatcher, asked) == [(receipt.number, by)], asked
    before = sorted(Lookup.objects.values_list("fingerprint", flat=True))
    reindex()
    assert sorted(Lookup.objects.values_list("fingerprint", flat=True)) == before


def test_what_was_registered_before_is_found_after_reindexing_and_once_only(
    neighbour: Case, dispatcher: Staff
) -> None:
    before = sorted(Lookup.objects.values_list("fingerprint", "party_id"))
    words = Statement.objects.get().tokens
    Lookup.objects.all().delete()
    Statement.objects.update(tokens=[])
    assert found(dispatcher, CARD) == []

    said = StringIO()
    call_command("reindex", stdout=said)
    again = reindex()

    assert (said.getvalue(), again) == ("1 件案件的查找已经重建。\n", 1)
    assert sorted(Lookup.objects.values_list("fingerprint", "party_id")) == before
    assert Statement.objects.get().tokens == words


def titles(staff: Staff, text: str) -> list[str]:
    """Return the titles of the files whose words fit, newest first."""
    return [hit.case.title for hit in search(scope_of(staff), text=text).hits]


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ("吴𠮷祥把路堵了。", "吴𠮷祥"), ("吴𠮷祥把路堵了。", "𠮷祥"), ("住在二〇二六号院。", "二〇二六"), ("住在二○二六号院。", "二〇二六"),
        ("住在二〇二六号院。", "二○二六号"), ("王㐂家门口。", "王㐂"), ("村民𬌗𪻐的地。", "𬌗𪻐"), ("佐々木商店漏油。", "佐々木"),
        ("葛\U000e0100城镇。", "葛城镇"), ("豈有此理", "豈有"), ("ＡＢ楼", "ab楼"),
    ],
)  # fmt: skip
def test_rare_characters_are_found_in_words(
    body: str, asked: str, open_case: OpenCase, dispatcher: Staff
) -> None:
    open_case("rare", title="甲", body=body)
    open_case("other", title="乙", body="吴吉祥、二零二六，王喜家门口的路灯坏了。")

    assert titles(dispatcher, asked) == ["甲"]


def test_a_long_text_is_still_found_by_its_village(open_case: OpenCase, dispatcher: Staff) -> None:
    open_case(title="长", body="".join(chr(0x4E00 + index) for index in range(6_000)))

    assert titles(dispatcher, "甲一村") == ["长"]


@pytest.mark.parametrize(
    ("asked", "seen"), [("甲一村", "甲"), ("甲镇", "甲"), ("乙一村 路灯", "乙"), ("乙一村 漏水", "")]
)
def test_a_village_finds_what_lies_in_it_whatever_was_said(
    asked: str, seen: str, open_case: OpenCase, dispatcher: Staff
) -> None:
    far = VILLAGES[2]
    open_case("a", title="甲")
    open_case("b", title="乙", place=f"{far}001", path=f"990100/{TOWNSHIPS[1]}/{far}")

    assert titles(dispatcher, asked) == list(seen)


def test_a_village_that_got_another_name_is_found_by_both(open_case: OpenCase, dispatcher: Staff) -> None:
    open_case(title="甲")
    rename(code=VILLAGES[0], name="平安村", on=FIRST_DAY)

    reindex()

    assert titles(dispatcher, "平安村") == titles(dispatcher, "甲一村") == ["甲"]


def test_a_hazard_that_turns_out_to_lie_elsewhere_is_found_there(
    open_case: OpenCase, books: object, dispatcher: Staff
) -> None:
    publish_shelf(at=NOON, only=("hazard",))
    case = open_case(title="甲", kind="hazard", book="hazard")
    seen = {"hazard_kind": "road", "urgent": False, "seen": "护栏断了", "place": VILLAGES[2]}

    walk(case, (dispatcher, "screen", seen))

    assert (titles(dispatcher, "乙一村"), titles(dispatcher, "甲一村")) == (["甲"], [])
