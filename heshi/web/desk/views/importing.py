"""Import on the desk: choose a file, say which column is what, try, then let it run."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heshi.common.refusals import Conflict, NotAllowed, Refusal, Unknown
from heshi.intake.actions import confirm_run, draft_run
from heshi.intake.models import ImportRun
from heshi.intake.queries import Sheet, fingerprint_of, open_sheet, run_for, runs_newest
from heshi.intake.rules.columns import guessed, mapped
from heshi.intake.terms import FIELDS
from heshi.journey.importing import try_file
from heshi.journey.uploads import import_uploaded, rejected_of, uploaded
from heshi.people.permissions import May, may
from heshi.web.desk.acting import signature
from heshi.web.desk.forms import Upload
from heshi.web.kit.access import DeskRequest, at_desk, page

HERE = "import"
PREVIEW_ROWS, TRIED_ROWS, LISTED = 5, 20_000, 20
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
        {"heading": "批量导入", "form": form, "runs": runs},
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
        return _columns(request, run, dict(run.mapping))
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
    name = f"{run.file_name.rsplit('.', 1)[0]}.未导入.csv"
    return FileResponse(
        path.open("rb"), content_type="text/csv; charset=utf-8", as_attachment=True, filename=name
    )


@require_POST
@at_desk
def resume(request: DeskRequest, key: UUID) -> HttpResponse:
    """Go on with an import that stopped half-way; what is a case already is passed over."""
    _only_registering(request)
    run = run_for(key, by_id=request.user.pk)
    if not _may_go_on(run):
        return _progress(request, run, refusal=str(AlreadyRunning()), status=AlreadyRunning.status)
    return _started(run, run.mapping)


def _only_registering(request: DeskRequest) -> None:
    if not may(request.scope.roles, May.IMPORT):
        raise ImportNotYours


def _told_to(request: DeskRequest, run: ImportRun) -> HttpResponse:
    chosen = _chosen(request, run)
    if run.state != ImportRun.RunState.DRAFT:
        return _progress(request, run, refusal=str(AlreadyRunning()), status=AlreadyRunning.status)
    try:
        # The browser's columns are held against the file itself: it may have been chosen anew in another tab.
        mapped(_sheet(run).headings, chosen)
        if "try" in request.POST:
            at = timezone.now()
            totals = try_file(
                uploaded(run),
                chosen,
                source_name=run.source_name,
                at=at,
                rejected_to=rejected_of(run),
                most=TRIED_ROWS,
            )
            return _columns(request, run, chosen, tried=totals)
    except Refusal as refusal:
        return _columns(request, run, chosen, refusal=str(refusal), status=refusal.status)
    return _started(run, chosen)


def _started(run: ImportRun, chosen: dict[str, str]) -> HttpResponse:
    if not uploaded(run).exists():
        raise FileGone
    # Only who turns the draft into a run queues the work: of two presses one.
    if confirm_run(run=run, mapping=chosen, at=timezone.now()):
        import_uploaded.enqueue(str(run.pk))
    return redirect("desk:import-run", key=run.pk)


def _sheet(run: ImportRun) -> Sheet:
    if not uploaded(run).exists():
        raise FileGone
    return open_sheet(uploaded(run))


def _chosen(request: DeskRequest, run: ImportRun) -> dict[str, str]:
    """Return what was chosen for each column, by its heading."""
    names = _sheet(run).headings.names
    given = [request.POST.get(f"column-{place}") for place in range(len(names))]
    return {name: field for name, field in zip(names, given, strict=True) if name and field is not None}


def _columns(
    request: DeskRequest,
    run: ImportRun,
    chosen: dict[str, str],
    *,
    tried: object = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    sheet = _sheet(run)
    names = sheet.headings.names
    fields = {place: field for field, place in guessed(sheet.headings).items()}
    columns = [(place, name, chosen.get(name, fields.get(place, ""))) for place, name in enumerate(names)]
    rows = [[*row.cells, *[""] * len(names)][: len(names)] for row in islice(sheet.rows, PREVIEW_ROWS)]
    shown = {
        "heading": "核对各列", "run": run, "columns": columns, "fields": FIELDS, "rows": rows, "tried": tried, "refusal": refusal,
        "tried_rows": TRIED_ROWS,
    }  # fmt: skip
    return page(request, "desk/import_columns.html", shown, here=HERE, status=status)


def _progress(request: DeskRequest, run: ImportRun, *, refusal: str = "", status: int = 200) -> HttpResponse:
    shown = {"heading": "批量导入", "refusal": refusal, **_shown(run)}
    return page(request, "desk/import_run.html", shown, here=HERE, status=status)


def _shown(run: ImportRun) -> dict[str, object]:
    return {"run": run, "may_go_on": _may_go_on(run), "has_rejected": rejected_of(run).exists()}


def _may_go_on(run: ImportRun) -> bool:
    """Whether an import stopped half-way, or its worker has been silent for too long."""
    stalled = run.is_moving and timezone.now() - run.moved_at > STALLED_AFTER
    return (run.state == ImportRun.RunState.FAILED or stalled) and uploaded(run).exists()
