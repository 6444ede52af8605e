"""Addresses of the desk."""

from django.urls import path

from heshi.web.desk.views import (
    casefile,
    changing,
    correcting,
    gathering,
    held,
    importing,
    inbox,
    lists,
    sorting,
    telling,
    window,
)

app_name = "desk"

urlpatterns = [
    path("", lists.due_next, name="queue"),
    path("cases/", lists.everything, name="cases"),
    path("tasks/", lists.tasks, name="tasks"),
    path("gather/", gathering.from_many, name="gather"),
    path("search/", lists.look_for, name="search"),
    path("cases/<str:number>/", casefile.show, name="case"),
    path("cases/<str:number>/steps/<slug:code>", casefile.take, name="step"),
    path("cases/<str:number>/tasks/<int:task>/<slug:code>", casefile.take, name="task-step"),
    path("cases/<str:number>/sort/", sorting.sort_out, name="sort"),
    path("cases/<str:number>/way/", changing.other_way, name="way"),
    path("cases/<str:number>/correct/", correcting.correct_entries, name="correct"),
    path("cases/<str:number>/unmask", casefile.unmask, name="unmask"),
    path("cases/<str:number>/attachments/<uuid:key>", casefile.attachment, name="attachment"),
    path("window/", window.register, name="register"),
    path("window/suggest", window.suggest, name="suggest"),
    path("window/files/<uuid:key>/<uuid:file>", window.sent_file, name="window-file"),
    path("window/receipt/<uuid:visit>", window.receipts, name="receipts"),
    path("import/", importing.choose, name="import"),
    path("import/<uuid:key>/", importing.show, name="import-run"),
    path("import/held/", held.held, name="held"),
    path("import/held/<uuid:key>", held.decide, name="held-row"),
    path("import/<uuid:key>/progress", importing.progress, name="import-progress"),
    path("import/<uuid:key>/rejected", importing.rejected, name="import-rejected"),
    path("import/<uuid:key>/resume", importing.resume, name="import-resume"),
    path("notices/", inbox.notices, name="notices"),
    path("notices/read", inbox.read, name="read"),
    path("notices/many/<uuid:head>/", inbox.many, name="many"),
    path("notices/to-tell/", telling.to_tell, name="to-tell"),
    path("notices/to-tell/<uuid:key>/number", telling.reveal, name="reveal"),
    path("notices/to-tell/<uuid:key>/letter", telling.letter, name="letter"),
    path("notices/to-tell/<uuid:key>/told", telling.told, name="told"),
    path("notices/to-tell/<uuid:key>/not-reached", telling.not_reached, name="not-reached"),
]
