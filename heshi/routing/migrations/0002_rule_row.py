from django.db import migrations


class Migration(migrations.Migration):
    """A rule is what decides; its row is how it is stored, as a task's row is."""

    dependencies = [("routing", "0001_initial")]

    operations = [migrations.RenameModel("Rule", "RuleRow")]
