"""Import on the desk: choose a file, say which column is what, try, then let it run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from msgspec.structs import replace

from heshi.common.refusals import Conflict, Invalid, NotAllowed, Refusal, Unknown
from heshi.intake.actions import confirm_run, draft_run
from heshi.intake.models import ImportRun
from heshi.intake.queries import Sheet, fingerprint_of, held_waiting, open_sheet, run_for, runs_newest
from heshi.intake.rules.reading import Reading, reading_of
from heshi.intake.terms import FIELDS, flag_words
from heshi.journey.importing import Totals, opened_as, try_file
from heshi.journey.uploads import import_uploaded, rejected_of, uploaded
from heshi.people.permissions import May, may
from heshi.web.desk.acting import signature
from heshi.web.desk.forms import Upload
from heshi.web.desk.sheets import as_seen, head_mark, reading_from, says_when
from heshi.web.kit.access import DeskRequest, at_desk, page

HERE = "import"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TRIED_ROWS, LISTED = 20_000, 20
STALLED_AFTER = timedelta(minutes=3)


class ImportNotYours(NotAllowed):
    """Only window clerks and dispatchers import."""

    code = "import_not_yours"
    sentence = "批量导入由窗口接待员和分流员办理，请转告窗口同事。"


class FileGone(Unknown):
    """The uploaded file has been deleted."""

    code = "import_file_gone"
    sentence = "上传的文件已经清理，请重新上传；已经登记的不会重复。"


class AlreadyRunning(Conflict):
    """Somebody pressed twice."""

    code = "import_already_running"
    sentence = "这次导入已经开始了，请看下面的进度。"


class HeadingsMoved(Invalid):
    """The columns on the page were chosen for other headings."""

    code = "headings_moved"
    sentence = "列名换了一行或换了一张表，下面的列已经重新认过，请核对以后再开始。"


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def choose(request: DeskRequest) -> HttpResponse:
    """Take a file, or show the form for it with the imports so far."""
    _only_registering(request)
    form = Upload(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return _choosing(request, Upload())
    if not form.is_valid():
        return _choosing(request, form, status=422)
    try:
        run = _kept(request, form.cleaned_data["file"], form.cleaned_data["source_name"])
    except Refusal as refusal:
        form.add_error("file", str(refusal))
        return _choosing(request, form, status=refusal.status)
    return redirect("desk:import-run", key=run.pk)


def _choosing(request: DeskRequest, form: Upload, *, status: int = 200) -> HttpResponse:
    runs = runs_newest(by_id=request.user.pk)[:LISTED]
    return page(
        request,
        "desk/import.html",
        {"heading": "批量导入", "form": form, "runs": runs, "held": held_waiting().count()},
        here=HERE,
        status=status,
    )


def _kept(request: DeskRequest, file: UploadedFile[bytes], source_name: str) -> ImportRun:
    """Keep an uploaded file and its record; a file that cannot be opened leaves neither."""
    label = signature(request)
    run = draft_run(
        file_name=file.name or "文件",
        file_sm3="",
        source_name=source_name,
        by_id=request.user.pk,
        by_label=label,
        at=timezone.now(),
    )
    path = uploaded(run)
    try:
        with path.open("wb") as kept:
            kept.writelines(file.chunks())
        open_sheet(path)
        run.file_sm3 = fingerprint_of(path)
    except Refusal:
        path.unlink()
        # A file that is none leaves no trace: in the list of imports it would look like work that waits.
        run.delete()
        raise
    run.save(update_fields=["file_sm3"])
    return run


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def show(request: DeskRequest, key: UUID) -> HttpResponse:
    """Show an import: its columns before it runs, its progress and result afterwards; posting tries or starts it."""
    _only_registering(request)
    run = run_for(key, by_id=request.user.pk)
    if request.method == "POST":
        return _told_to(request, run)
    if run.state == ImportRun.RunState.DRAFT:
        return _asked_how(request, run, reading_of(run.reading))
    return _progress(request, run)


@require_safe
@at_desk
def progress(request: DeskRequest, key: UUID) -> HttpResponse:
    """Return only the progress, for the script that looks again."""
    _only_registering(request)
    run = run_for(key, by_id=request.user.pk)
    return render(request, "desk/import_run.html#progress", _shown(run))


@require_safe
@at_desk
def rejected(request: DeskRequest, key: UUID) -> HttpResponse | FileResponse:
    """Hand over the rejected rows with their reasons."""
    _only_registering(request)
    run = run_for(key, by_id=request.user.pk)
    path = rejected_of(run)
    if not path.exists():
        raise FileGone
    name = f"{run.file_name.rsplit('.', 1)[0]}.未导入.xlsx"
    return FileResponse(path.open("rb"), content_type=XLSX, as_attachment=True, filename=name)


@require_POST
@at_desk
def resume(request: DeskRequest, key: UUID) -> HttpResponse:
    """Go on with an import that stopped half-way; what is a case already is passed over."""
    _only_registering(request)
    run = run_for(key, by_id=request.user.pk)
    if not _may_go_on(run):
        return _progress(request, run, refusal=str(AlreadyRunning()), status=AlreadyRunning.status)
    return _started(run, reading_of(run.reading))


def _only_registering(request: DeskRequest) -> None:
    if not may(request.scope.roles, May.IMPORT):
        raise ImportNotYours


def _told_to(request: DeskRequest, run: ImportRun) -> HttpResponse:
    if run.state != ImportRun.RunState.DRAFT:
        return _progress(request, run, refusal=str(AlreadyRunning()), status=AlreadyRunning.status)
    reading = reading_from(request.POST)
    try:
        # The browser's columns are held against the file itself: another sheet or line of headings has other columns.
        if head_mark(_sheet(run, reading).headings) != request.POST.get("head"):
            fresh, looking = replace(reading, columns={}), "look" in request.POST
            refusal = "" if looking else str(HeadingsMoved())
            return _asked_how(
                request, run, fresh, refusal=refusal, status=200 if looking else HeadingsMoved.status
            )
        if "look" in request.POST:
            return _asked_how(request, run, reading)
        opened_as(uploaded(run), reading)
        if "try" in request.POST:
            return _asked_how(request, run, reading, tried=_tried(run, reading))
    except Refusal as refusal:
        return _asked_how(request, run, reading, refusal=str(refusal), status=refusal.status)
    return _started(run, reading)


def _tried(run: ImportRun, reading: Reading) -> Totals:
    return try_file(
        uploaded(run), reading, source_name=run.source_name, at=timezone.now(), rejected_to=rejected_of(run), most=TRIED_ROWS
    )  # fmt: skip


def _started(run: ImportRun, reading: Reading) -> HttpResponse:
    if not uploaded(run).exists():
        raise FileGone
    # Only who turns the draft into a run queues the work: of two presses one.
    if confirm_run(run=run, reading=reading, at=timezone.now()):
        import_uploaded.enqueue(str(run.pk))
    return redirect("desk:import-run", key=run.pk)


def _sheet(run: ImportRun, reading: Reading) -> Sheet:
    if not uploaded(run).exists():
        raise FileGone
    return open_sheet(uploaded(run), reading)


def _asked_how(
    request: DeskRequest, run: ImportRun, reading: Reading, *, tried: Totals | None = None, refusal: str = "", status: int = 200
) -> HttpResponse:  # fmt: skip
    """Show how the file is read and ask whether that is right."""
    try:
        seen = as_seen(_sheet(run, reading), reading)
    except FileGone:
        raise
    except Refusal as wrong:  # a sheet or a line that is not there: shown as it would be read without
        seen = as_seen(_sheet(run, Reading()), Reading())
        refusal, status = refusal or str(wrong), wrong.status
    shown = {
        "heading": "核对怎样读", "run": run, "seen": seen, "fields": FIELDS, "tried": tried, "refusal": refusal, "tried_rows": TRIED_ROWS,
        "flags": flags_of(tried.flagged if tried else {}), "asks_time": not says_when(seen),
    }  # fmt: skip
    if "HX-Request" in request.headers:
        return render(request, "desk/import_columns.html#reading", shown, status=status)
    return page(request, "desk/import_columns.html", shown, here=HERE, status=status)


def flags_of(flagged: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return in words what a person has to look at, and how many there are, most first."""
    return sorted(((flag_words(why), count) for why, count in flagged.items()), key=lambda flag: -flag[1])


def _progress(request: DeskRequest, run: ImportRun, *, refusal: str = "", status: int = 200) -> HttpResponse:
    shown = {"heading": "批量导入", "refusal": refusal, **_shown(run)}
    return page(request, "desk/import_run.html", shown, here=HERE, status=status)


def _shown(run: ImportRun) -> dict[str, object]:
    return {
        "run": run, "may_go_on": _may_go_on(run), "has_rejected": rejected_of(run).exists(), "flags": flags_of(run.flagged),
    }  # fmt: skip


def _may_go_on(run: ImportRun) -> bool:
    """Whether an import stopped half-way, or its worker has been silent for too long."""
    stalled = run.is_moving and timezone.now() - run.moved_at > STALLED_AFTER
    return (run.state == ImportRun.RunState.FAILED or stalled) and uploaded(run).exists()
