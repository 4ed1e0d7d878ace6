"""The receipt's hash stays unique, by a constraint: `unique=True` kept an index for LIKE beside."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("polls", "0011_recounts")]
    operations = [
        migrations.AlterField(
            model_name="response",
            name="receipt_hash",
            field=models.CharField(max_length=64),
        ),
        migrations.AddConstraint(
            model_name="response",
            constraint=models.UniqueConstraint(
                fields=("receipt_hash",), name="response_receipt_once"
            ),
        ),
    ]
