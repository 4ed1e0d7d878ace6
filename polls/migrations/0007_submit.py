"""A submission as a function of the database (PostgreSQL): one round trip, and a plan that is kept.

`polls.answering.one_statement` calls it. Who changes it writes it whole in a new migration.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# It is whole in itself: it checks by the database's clock that the survey is open, and writes the
# response, its text and its tallies or nothing. The tallies' rows come in key order, by code point
# as in `results.tallies.add` (the database's own collation may order them otherwise): no two
# submissions deadlock. As a plain statement it would be planned anew each time, which takes longer
# than carrying it out.
SUBMIT = """
CREATE OR REPLACE FUNCTION polls_submit (
    given_survey bigint,
    given_public_id uuid,
    given_reader_key text,
    given_receipt_hash text,
    given_answers jsonb,
    given_channel text,
    given_language text,
    given_consent_version smallint,
    given_network_key text,
    given_network_block text,
    given_seconds integer,
    given_suspicion text,
    given_opinion_id uuid,
    given_text text,
    given_may_publish boolean,
    given_show_ratings boolean,
    given_shuffle integer,
    given_signals text,
    given_echo_a integer,
    given_echo_b integer,
    given_slot smallint,
    given_questions text[],
    given_choices text[]
) RETURNS TABLE (open_surveys bigint, stored bigint)
LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY
    WITH survey AS (
        SELECT id FROM polls_survey
        WHERE id = given_survey AND status = 'published'
          AND (opens_at IS NULL OR opens_at <= statement_timestamp())
          AND (closes_at IS NULL OR closes_at > statement_timestamp())
    ), response AS (
        INSERT INTO polls_response (public_id, survey_id, reader_key, receipt_hash, answers, channel,
                                    language, consent_version, network_key, network_block, seconds,
                                    suspicion)
        SELECT given_public_id, id, given_reader_key, given_receipt_hash, given_answers,
               given_channel, given_language, given_consent_version, given_network_key, given_network_block,
               given_seconds, given_suspicion
        FROM survey
        ON CONFLICT DO NOTHING
        RETURNING id
    ), opinion AS (
        INSERT INTO polls_opinion (public_id, response_id, survey_id, text, may_publish, show_ratings,
                                   status, version, shuffle, signals, echo_a, echo_b)
        SELECT given_opinion_id, id, given_survey, given_text, given_may_publish, given_show_ratings,
               'pending', 1, given_shuffle, given_signals, given_echo_a, given_echo_b
        FROM response
        WHERE given_text <> ''
    ), tally AS (
        INSERT INTO polls_tally AS tally (survey_id, question, choice, excluded, slot, count)
        SELECT given_survey, question, choice, false, given_slot, 1
        FROM response, unnest(given_questions, given_choices) AS chosen (question, choice)
        ORDER BY question COLLATE "C", choice COLLATE "C"
        ON CONFLICT (survey_id, question, choice, excluded, slot)
        DO UPDATE SET count = tally.count + 1
    )
    SELECT (SELECT count(*) FROM survey), (SELECT count(*) FROM response);
END
$$
"""


def add_submit(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(SUBMIT)


class Migration(migrations.Migration):
    dependencies = [("polls", "0006_moderation_data")]
    operations = [migrations.RunPython(add_submit, migrations.RunPython.noop)]
