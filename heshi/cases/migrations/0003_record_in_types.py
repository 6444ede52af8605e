from django.db import migrations


class Migration(migrations.Migration):
    """The body of an event is read in types now; the column holds what was written, as it was written."""

    dependencies = [("cases", "0002_tasks")]

    operations = [migrations.RenameField("event", "body", "as_written")]
