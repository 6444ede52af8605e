from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0009_remark'),
    ]

    operations = [
        migrations.AddField(
            model_name='taskrow',
            name='kept_by',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='taskrow',
            name='written_by',
            field=models.JSONField(default=list),
        ),
    ]
