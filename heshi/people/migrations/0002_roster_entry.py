from django.db import migrations


class Migration(migrations.Migration):
    """“Duty” is also what the worker has to do; a line of the roster is called what it is."""

    dependencies = [("people", "0001_initial")]

    operations = [migrations.RenameModel("Duty", "RosterEntry")]
