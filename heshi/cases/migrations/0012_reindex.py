from django.db import migrations


def fill(_apps, _schema_editor):
    """Let what was registered before be found by the new ways as well."""
    from heshi.cases.actions.indexing import reindex

    reindex()


class Migration(migrations.Migration):
    """Each batch is a transaction of its own, so that an upgrade that breaks off goes on where it was; it may run again."""

    atomic = False
    dependencies = [("cases", "0011_lookups"), ("places", "0002_roads")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
