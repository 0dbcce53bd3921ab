import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from core.triggers import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0004_files_encrypted'),
        ("loans", "0003_proof_files"),
        ('schools', '0003_decisions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Scan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('state', models.CharField(choices=[('received', 'being read'), ('read', 'read'), ('unreadable', 'cannot be opened')], default='received', max_length=12, verbose_name='state')),
                ('problem', models.TextField(blank=True, verbose_name='problem')),
                ('pages_count', models.PositiveIntegerField(blank=True, null=True, verbose_name='pages')),
                ('uploaded_at', models.DateTimeField(verbose_name='sent at')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scans', to='schools.school')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'scan',
                'verbose_name_plural': 'scans',
                'ordering': ['-uploaded_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ScanLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_state', models.CharField(max_length=32, verbose_name='from')),
                ('to_state', models.CharField(max_length=32, verbose_name='to')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('comment', models.TextField(blank=True, verbose_name='comment')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='log', to='loans.scan')),
            ],
            options={
                'ordering': ['at', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ScannedPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('number', models.PositiveIntegerField(verbose_name='page of the scan')),
                ('turn', models.PositiveSmallIntegerField(default=0, verbose_name='turn')),
                ('state', models.CharField(choices=[('read', 'read'), ('placed', 'placed'), ('flagged', 'to look at'), ('set_aside', 'set aside')], max_length=10, verbose_name='state')),
                ('problem', models.CharField(blank=True, choices=[('no_code', 'No code can be read on this page.'), ('unknown', 'This convention is not known.'), ('other_school', 'This page is of another school’s convention.'), ('old_text', 'This page was printed with an older text: print it again.'), ('pages_missing', 'Other pages of this convention are missing.'), ('not_signed', 'The signature box is empty.'), ('no_box', 'The signature box cannot be found: cut off or folded.'), ('not_taken', 'This convention takes no scan any more.'), ('duplicate', 'This page was already read.'), ('blank', 'Blank page.'), ('dismissed', 'Put aside by a person.')], max_length=16, verbose_name='problem')),
                ('sentence', models.TextField(blank=True, verbose_name='why it was not taken')),
                ('text_number', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='version of the text')),
                ('page', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='page of the convention')),
                ('pages', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='pages of the convention')),
                ('is_signed', models.BooleanField(blank=True, null=True, verbose_name='ink in the signature box')),
                ('convention', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='scanned_pages', to='loans.convention')),
                ('copy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='scanned_pages', to='loans.papercopy')),
                ('scan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pages', to='loans.scan')),
            ],
            options={
                'verbose_name': 'scanned page',
                'verbose_name_plural': 'scanned pages',
                'ordering': ['scan', 'number'],
            },
        ),
        migrations.AddIndex(
            model_name='scan',
            index=models.Index(condition=models.Q(('state', 'received')), fields=['uploaded_at'], name='scan_to_read'),
        ),
        migrations.AddConstraint(
            model_name='scan',
            constraint=models.UniqueConstraint(fields=('school', 'file'), name='scan_file_once'),
        ),
        migrations.AddConstraint(
            model_name='scan',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['received', 'read', 'unreadable'])), name='scan_state_known'),
        ),
        migrations.AddConstraint(
            model_name='scannedpage',
            constraint=models.UniqueConstraint(fields=('scan', 'number'), name='scanned_page_once'),
        ),
        migrations.AddConstraint(
            model_name='scannedpage',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['read', 'placed', 'flagged', 'set_aside'])), name='scanned_page_state_known'),
        ),
        migrations.AddConstraint(
            model_name='scannedpage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('copy__isnull', False), ('state', 'placed')), models.Q(models.Q(('state', 'placed'), _negated=True), ('copy__isnull', True)), _connector='OR'), name='scanned_page_placed_in_copy'),
        ),
        migrations.AddConstraint(
            model_name='scannedpage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['flagged', 'set_aside']), _negated=True), models.Q(('problem', ''), _negated=True), _connector='OR'), name='scanned_page_says_why'),
        ),
        migrations.AddConstraint(
            model_name='scannedpage',
            constraint=models.CheckConstraint(condition=models.Q(('page__isnull', True), models.Q(('page__gte', 1), ('page__lte', models.F('pages'))), _connector='OR'), name='scanned_page_of_pages'),
        ),
        append_only("loans_scanlog"),
    ]
