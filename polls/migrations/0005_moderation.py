
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('polls', '0004_results_permissions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(blank=True, max_length=2000, validators=[django.core.validators.MaxLengthValidator(2000)], verbose_name='why it is contested')),
                ('status', models.CharField(choices=[('open', 'open'), ('upheld', 'upheld: the text is published'), ('dismissed', 'dismissed: the decision stands'), ('moot', 'settled: the text was changed or taken back')], db_default='open', default='open', max_length=10, verbose_name='state')),
                ('received_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='received')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('answer', models.TextField(blank=True, max_length=500, verbose_name='answer')),
            ],
            options={
                'verbose_name': 'appeal',
                'verbose_name_plural': 'appeals',
                'ordering': ['received_at', 'pk'],
                'permissions': [('decide_appeal', 'Can decide appeals')],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='Escalation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_name', models.CharField(blank=True, max_length=150, verbose_name='name at the time')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='when')),
                ('facts', models.TextField(help_text='In your own words, without quoting the text: this record is never erased.', max_length=1000, verbose_name='what gives rise to the suspicion')),
                ('authority', models.CharField(max_length=120, verbose_name='who was told')),
                ('told_at', models.DateTimeField(verbose_name='told on')),
                ('reference', models.CharField(blank=True, max_length=80, verbose_name='their reference')),
            ],
            options={
                'verbose_name': 'escalation',
                'verbose_name_plural': 'escalations',
                'ordering': ['-at', '-pk'],
                'abstract': False,
                'default_permissions': ('view',),
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ModerationNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('author_name', models.CharField(max_length=150, verbose_name='name at the time')),
                ('text', models.TextField(max_length=1000, verbose_name='note')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='when')),
            ],
            options={
                'verbose_name': 'note',
                'verbose_name_plural': 'notes',
                'ordering': ['at', 'pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ModerationWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('fr', 'Français'), ('en', 'English')], max_length=5, verbose_name='language')),
                ('word', models.CharField(help_text='One word. Capitals and accents don’t matter; its plural is another word.', max_length=40, verbose_name='word')),
            ],
            options={
                'verbose_name': 'word to point out',
                'verbose_name_plural': 'words to point out',
                'ordering': ['language', 'word'],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifier')),
                ('receipt_hash', models.CharField(max_length=64, unique=True)),
                ('language', models.CharField(choices=[('fr', 'Français'), ('en', 'English')], max_length=5, verbose_name='language')),
                ('claim', models.CharField(choices=[('rules', 'It breaks the rules of the consultation'), ('illegal', 'It is illegal'), ('threat', 'It threatens somebody’s life or safety')], max_length=10, verbose_name='what is wrong with it')),
                ('ground', models.CharField(blank=True, max_length=200, verbose_name='rule or law')),
                ('explanation', models.TextField(blank=True, max_length=2000, validators=[django.core.validators.MaxLengthValidator(2000)], verbose_name='why')),
                ('passage', models.CharField(blank=True, max_length=300, verbose_name='where')),
                ('name', models.CharField(blank=True, max_length=120, verbose_name='name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
                ('good_faith', models.BooleanField(default=False, verbose_name='in good faith')),
                ('suspicion', models.CharField(blank=True, db_default='', default='', max_length=40)),
                ('status', models.CharField(choices=[('open', 'open'), ('upheld', 'upheld: the text was removed'), ('dismissed', 'dismissed: the text stays'), ('moot', 'settled: its author took the text back')], db_default='open', default='open', max_length=10, verbose_name='state')),
                ('received_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='received')),
                ('due_at', models.DateTimeField(verbose_name='to be decided by')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'ordering': ['due_at', 'pk'],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='OpinionVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('status', models.CharField(choices=[('pending', 'pending'), ('published', 'published'), ('held', 'on hold'), ('rejected', 'rejected'), ('withdrawn', 'withdrawn'), ('erased', 'erased after its time')], max_length=10)),
                ('replaced_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'verbose_name': 'earlier version',
                'verbose_name_plural': 'earlier versions',
                'ordering': ['-version'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifier')),
                ('receipt_hash', models.CharField(max_length=64, unique=True)),
                ('language', models.CharField(choices=[('fr', 'Français'), ('en', 'English')], max_length=5, verbose_name='language')),
                ('capacity', models.CharField(choices=[('person', 'I am the person concerned'), ('representative', 'I represent the person concerned')], max_length=20, verbose_name='in what capacity')),
                ('name', models.CharField(blank=True, max_length=120, verbose_name='signed')),
                ('contact', models.CharField(blank=True, max_length=200, verbose_name='how to reach you')),
                ('text', models.TextField(blank=True, max_length=3000, validators=[django.core.validators.MaxLengthValidator(3000)], verbose_name='reply')),
                ('status', models.CharField(choices=[('pending', 'to be decided'), ('published', 'published'), ('refused', 'refused'), ('withdrawn', 'taken back by its author')], db_default='pending', default='pending', max_length=10, verbose_name='state')),
                ('version', models.PositiveIntegerField(default=1)),
                ('received_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='received')),
                ('due_at', models.DateTimeField(verbose_name='to be inserted by')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('answer', models.TextField(blank=True, max_length=500, verbose_name='answer')),
            ],
            options={
                'verbose_name': 'right of reply',
                'verbose_name_plural': 'rights of reply',
                'ordering': ['due_at', 'pk'],
                'permissions': [('decide_reply', 'Can publish and refuse rights of reply')],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='SecondLook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('drawn_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='drawn')),
                ('actor_name', models.CharField(blank=True, max_length=150, verbose_name='name at the time')),
                ('looked_at', models.DateTimeField(null=True, verbose_name='looked at')),
                ('outcome', models.CharField(blank=True, max_length=10, verbose_name='would have')),
                ('rule_key', models.CharField(blank=True, max_length=40, verbose_name='rule')),
            ],
            options={
                'verbose_name': 'second look',
                'verbose_name_plural': 'second looks',
                'ordering': ['drawn_at', 'pk'],
                'default_permissions': ('view',),
            },
        ),
        migrations.AlterModelOptions(
            name='moderationevent',
            options={'base_manager_name': 'objects', 'default_permissions': ('view',), 'ordering': ['-at', '-pk'], 'permissions': [('view_transparency', 'Can read the transparency report')], 'verbose_name': 'moderation event', 'verbose_name_plural': 'moderation events'},
        ),
        migrations.AlterModelOptions(
            name='moderationrule',
            options={'ordering': ['language', '-kind', 'position'], 'verbose_name': 'moderation rule', 'verbose_name_plural': 'moderation rules'},
        ),
        migrations.RemoveConstraint(
            model_name='flaggroup',
            name='flag_group_rule_known',
        ),
        migrations.RemoveConstraint(
            model_name='opinion',
            name='opinion_status_known',
        ),
        migrations.RemoveConstraint(
            model_name='opinion',
            name='opinion_text_until_withdrawn',
        ),
        migrations.RemoveConstraint(
            model_name='response',
            name='response_withdrawn_is_empty',
        ),
        migrations.RemoveIndex(
            model_name='opinion',
            name='opinion_queue',
        ),
        migrations.AddField(
            model_name='moderationevent',
            name='alone',
            field=models.BooleanField(db_default=False, default=False, verbose_name='own decision reviewed'),
        ),
        migrations.AddField(
            model_name='moderationevent',
            name='rule_kind',
            field=models.CharField(blank=True, choices=[('rule', 'rule of the house'), ('law', 'law')], default='', max_length=4, verbose_name='kind'),
        ),
        migrations.AddField(
            model_name='moderationevent',
            name='version',
            field=models.PositiveIntegerField(null=True, verbose_name='version'),
        ),
        migrations.AddField(
            model_name='moderationevent',
            name='waited',
            field=models.PositiveBigIntegerField(null=True, verbose_name='waited (seconds)'),
        ),
        migrations.AddField(
            model_name='moderationrule',
            name='kind',
            field=models.CharField(choices=[('rule', 'rule of the house'), ('law', 'law')], default='rule', max_length=4, verbose_name='kind'),
        ),
        migrations.AddField(
            model_name='opinion',
            name='echo_a',
            field=models.IntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name='opinion',
            name='echo_b',
            field=models.IntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name='opinion',
            name='lane',
            field=models.PositiveSmallIntegerField(choices=[(0, 'reported as illegal or dangerous'), (1, 'reported'), (2, 'usual')], db_default=2, default=2, verbose_name='order'),
        ),
        migrations.AddField(
            model_name='opinion',
            name='signals',
            field=models.CharField(blank=True, db_default='', default='', max_length=80),
        ),
        migrations.AddField(
            model_name='opinion',
            name='waits_since',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='waits since'),
        ),
        migrations.AddField(
            model_name='response',
            name='suspicion',
            field=models.CharField(blank=True, db_default='', default='', max_length=40),
        ),
        migrations.AddField(
            model_name='survey',
            name='erased_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='answers erased at'),
        ),
        migrations.AddField(
            model_name='survey',
            name='hide_reported',
            field=models.BooleanField(db_default=False, default=False, help_text='Until a moderator decides. Without it a moderator may still hide it with one press.', verbose_name='hide at once what is reported as illegal'),
        ),
        migrations.AlterField(
            model_name='auditevent',
            name='action',
            field=models.CharField(choices=[('import', 'import'), ('publish', 'publication'), ('change', 'change'), ('close', 'closing'), ('export', 'export'), ('simulate', 'simulated readers added'), ('exclude', 'set aside'), ('include', 'taken back in'), ('keep', 'left counted'), ('release', 'release'), ('blackout', 'blackout'), ('erase', 'erased after its time')], max_length=10, verbose_name='what'),
        ),
        migrations.AlterField(
            model_name='flaggroup',
            name='rule',
            field=models.CharField(choices=[('repeat', 'repeats from one network'), ('concentration', 'concentration on one network'), ('burst', 'burst'), ('same-text', 'the same text again'), ('straight-line', 'the same answer to every scale'), ('speed', 'faster than anyone reads'), ('trap', 'suspicious sending')], max_length=20, verbose_name='rule'),
        ),
        migrations.AlterField(
            model_name='moderationevent',
            name='action',
            field=models.CharField(choices=[('publish', 'published'), ('reject', 'rejected'), ('hold', 'put on hold'), ('undo', 'decision undone'), ('edit', 'text changed by its author'), ('withdraw', 'withdrawn by its author'), ('erase', 'erased after its time'), ('notice', 'reported by a reader'), ('hide', 'hidden until decided'), ('appeal', 'contested by its author'), ('overturn', 'appeal upheld'), ('confirm', 'appeal dismissed'), ('escalate', 'told to the authorities'), ('reply', 'right of reply asked for'), ('refuse', 'right of reply refused')], max_length=10, verbose_name='what'),
        ),
        migrations.AlterField(
            model_name='moderationevent',
            name='after',
            field=models.CharField(choices=[('pending', 'pending'), ('published', 'published'), ('held', 'on hold'), ('rejected', 'rejected'), ('withdrawn', 'withdrawn'), ('erased', 'erased after its time'), ('refused', 'refused')], max_length=10, verbose_name='state after'),
        ),
        migrations.AlterField(
            model_name='moderationevent',
            name='before',
            field=models.CharField(choices=[('pending', 'pending'), ('published', 'published'), ('held', 'on hold'), ('rejected', 'rejected'), ('withdrawn', 'withdrawn'), ('erased', 'erased after its time'), ('refused', 'refused')], max_length=10, verbose_name='state before'),
        ),
        migrations.AlterField(
            model_name='moderationevent',
            name='opinion',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='polls.opinion', verbose_name='opinion'),
        ),
        migrations.AlterField(
            model_name='opinion',
            name='response',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='opinion', to='polls.response', verbose_name='response'),
        ),
        migrations.AlterField(
            model_name='opinion',
            name='status',
            field=models.CharField(choices=[('pending', 'pending'), ('published', 'published'), ('held', 'on hold'), ('rejected', 'rejected'), ('withdrawn', 'withdrawn'), ('erased', 'erased after its time')], default='pending', max_length=10, verbose_name='state'),
        ),
        migrations.AddIndex(
            model_name='opinion',
            index=models.Index(condition=models.Q(('decided_at__isnull', True), ('may_publish', True), ('status__in', ['pending', 'published'])), fields=['lane', 'submitted_at', 'id'], name='opinion_queue'),
        ),
        migrations.AddIndex(
            model_name='opinion',
            index=models.Index(condition=models.Q(('decided_at__isnull', True), ('may_publish', True), ('status__in', ['pending', 'published'])), fields=['survey', 'lane', 'submitted_at', 'id'], name='opinion_queue_of_survey'),
        ),
        migrations.AddIndex(
            model_name='opinion',
            index=models.Index(condition=models.Q(('echo_a', 0), _negated=True), fields=['echo_a'], name='opinion_echo_a'),
        ),
        migrations.AddIndex(
            model_name='opinion',
            index=models.Index(condition=models.Q(('echo_b', 0), _negated=True), fields=['echo_b'], name='opinion_echo_b'),
        ),
        migrations.AddIndex(
            model_name='opinion',
            index=models.Index(condition=models.Q(('decided_at__isnull', True), ('may_publish', True), ('status__in', ['pending', 'published']), ('signals__contains', 'link')), fields=['lane', 'submitted_at', 'id'], name='opinion_signal_link'),
        ),
        migrations.AddIndex(
            model_name='opinion',
            index=models.Index(condition=models.Q(('decided_at__isnull', True), ('may_publish', True), ('status__in', ['pending', 'published']), ('signals__contains', 'capitals')), fields=['lane', 'submitted_at', 'id'], name='opinion_signal_capitals'),
        ),
        migrations.AddIndex(
            model_name='opinion',
            index=models.Index(condition=models.Q(('decided_at__isnull', True), ('may_publish', True), ('status__in', ['pending', 'published']), ('signals__contains', 'word')), fields=['lane', 'submitted_at', 'id'], name='opinion_signal_word'),
        ),
        migrations.AddIndex(
            model_name='opinion',
            index=models.Index(condition=models.Q(('decided_at__isnull', True), ('may_publish', True), ('status__in', ['pending', 'published']), ('signals__contains', 'contact')), fields=['lane', 'submitted_at', 'id'], name='opinion_signal_contact'),
        ),
        migrations.AddIndex(
            model_name='opinion',
            index=models.Index(condition=models.Q(('decided_at__isnull', True), ('may_publish', True), ('status__in', ['pending', 'published']), ('signals__contains', 'language')), fields=['lane', 'submitted_at', 'id'], name='opinion_signal_language'),
        ),
        migrations.AddIndex(
            model_name='opinion',
            index=models.Index(condition=models.Q(('decided_at__isnull', True), ('may_publish', True), ('status__in', ['pending', 'published']), ('signals__contains', 'echo')), fields=['lane', 'submitted_at', 'id'], name='opinion_signal_echo'),
        ),
        migrations.AddIndex(
            model_name='opinion',
            index=models.Index(condition=models.Q(('decided_at__isnull', True), ('may_publish', True), ('status__in', ['pending', 'published']), ('signals__contains', 'trap')), fields=['lane', 'submitted_at', 'id'], name='opinion_signal_trap'),
        ),
        migrations.AddConstraint(
            model_name='flaggroup',
            constraint=models.CheckConstraint(condition=models.Q(('rule__in', ['repeat', 'concentration', 'burst', 'same-text', 'straight-line', 'speed', 'trap'])), name='flag_group_rule_known'),
        ),
        migrations.AddConstraint(
            model_name='moderationrule',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['rule', 'law'])), name='moderation_rule_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='opinion',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['pending', 'published', 'held', 'rejected', 'withdrawn', 'erased'])), name='opinion_status_known'),
        ),
        migrations.AddConstraint(
            model_name='opinion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['withdrawn', 'erased']), ('text', '')), models.Q(models.Q(('status__in', ['withdrawn', 'erased']), _negated=True), models.Q(('text', ''), _negated=True)), _connector='OR'), name='opinion_text_until_withdrawn'),
        ),
        migrations.AddConstraint(
            model_name='opinion',
            constraint=models.CheckConstraint(condition=models.Q(('lane__in', [0, 1, 2])), name='opinion_lane_known'),
        ),
        migrations.AddConstraint(
            model_name='response',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), models.Q(('answers', {}), ('network_block', ''), ('network_key', ''), ('seconds__isnull', True), ('suspicion', '')), _connector='OR'), name='response_withdrawn_is_empty'),
        ),
        migrations.AddField(
            model_name='appeal',
            name='decision',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='contested', to='polls.moderationevent', verbose_name='decision'),
        ),
        migrations.AddField(
            model_name='appeal',
            name='opinion',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appeals', to='polls.opinion', verbose_name='opinion'),
        ),
        migrations.AddField(
            model_name='moderationevent',
            name='appeal',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='polls.appeal', verbose_name='appeal'),
        ),
        migrations.AddField(
            model_name='escalation',
            name='actor',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who'),
        ),
        migrations.AddField(
            model_name='escalation',
            name='opinion',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='escalations', to='polls.opinion', verbose_name='opinion'),
        ),
        migrations.AddField(
            model_name='moderationnote',
            name='author',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who'),
        ),
        migrations.AddField(
            model_name='moderationnote',
            name='opinion',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='polls.opinion'),
        ),
        migrations.AddConstraint(
            model_name='moderationword',
            constraint=models.UniqueConstraint(fields=('language', 'word'), name='moderation_word_once'),
        ),
        migrations.AddField(
            model_name='notice',
            name='decision',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answered', to='polls.moderationevent'),
        ),
        migrations.AddField(
            model_name='notice',
            name='opinion',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='polls.opinion', verbose_name='opinion'),
        ),
        migrations.AddField(
            model_name='notice',
            name='survey',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='polls.survey'),
        ),
        migrations.AddField(
            model_name='moderationevent',
            name='notice',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='polls.notice', verbose_name='notice'),
        ),
        migrations.AddField(
            model_name='opinionversion',
            name='opinion',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='polls.opinion'),
        ),
        migrations.AddField(
            model_name='reply',
            name='statement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='polls.statement', verbose_name='statement'),
        ),
        migrations.AddField(
            model_name='reply',
            name='survey',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='polls.survey'),
        ),
        migrations.AddField(
            model_name='moderationevent',
            name='reply',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='polls.reply', verbose_name='reply'),
        ),
        migrations.AddConstraint(
            model_name='moderationevent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('opinion__isnull', False), ('reply__isnull', True)), models.Q(('opinion__isnull', True), ('reply__isnull', False)), _connector='OR'), name='moderation_event_of_one_text'),
        ),
        migrations.AddField(
            model_name='secondlook',
            name='actor',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who'),
        ),
        migrations.AddField(
            model_name='secondlook',
            name='decision',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='second_look', to='polls.moderationevent'),
        ),
        migrations.AddField(
            model_name='secondlook',
            name='opinion',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='second_looks', to='polls.opinion'),
        ),
        migrations.AddIndex(
            model_name='appeal',
            index=models.Index(condition=models.Q(('status', 'open')), fields=['received_at', 'id'], name='appeal_open'),
        ),
        migrations.AddIndex(
            model_name='appeal',
            index=models.Index(fields=['received_at'], name='appeal_received'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('status', 'open')), models.Q(('decided_at__isnull', False), ('status__in', ['upheld', 'dismissed', 'moot'])), _connector='OR'), name='appeal_decided_has_date'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('status', 'open')), fields=['due_at', 'id'], name='notice_open'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['received_at', 'id'], name='notice_received'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('good_faith', True)), name='notice_in_good_faith'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('claim__in', ['rules', 'illegal', 'threat'])), name='notice_claim_known'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('status', 'open')), models.Q(('decided_at__isnull', False), ('status__in', ['upheld', 'dismissed', 'moot'])), _connector='OR'), name='notice_decided_has_date'),
        ),
        migrations.AddConstraint(
            model_name='opinionversion',
            constraint=models.UniqueConstraint(fields=('opinion', 'version'), name='opinion_version_once'),
        ),
        migrations.AddIndex(
            model_name='reply',
            index=models.Index(condition=models.Q(('status', 'pending')), fields=['due_at', 'id'], name='reply_open'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['pending', 'published', 'refused', 'withdrawn'])), name='reply_status_known'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('contact', ''), ('name', ''), ('status', 'withdrawn'), ('text', '')), models.Q(models.Q(('status', 'withdrawn'), _negated=True), models.Q(('text', ''), _negated=True), models.Q(('name', ''), _negated=True)), _connector='OR'), name='reply_text_until_withdrawn'),
        ),
        migrations.AddIndex(
            model_name='secondlook',
            index=models.Index(condition=models.Q(('looked_at__isnull', True)), fields=['drawn_at', 'id'], name='second_look_open'),
        ),
        migrations.AddConstraint(
            model_name='secondlook',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('looked_at__isnull', True), ('outcome', '')), models.Q(('looked_at__isnull', False), ('outcome__in', ['publish', 'reject'])), _connector='OR'), name='second_look_is_whole'),
        ),
    ]
