"""Lets the database itself refuse to change, delete or empty the trail, whoever asks.

Written by hand, because Django knows no triggers. ENABLE ALWAYS also holds in a session that calls
itself a replica. Whoever owns the tables can still switch a trigger off: what was done meanwhile is
found by `verify_audit`.
"""

from django.db import migrations

TABLES = ("diligence_activity", "diligence_seal", "diligence_trailanchor")

REFUSE = """
CREATE FUNCTION diligence_trail_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The trail is only ever added to (% of %).', lower(TG_OP), TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
""" + "".join(
    f"""
CREATE TRIGGER trail_stays BEFORE UPDATE OR DELETE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION diligence_trail_stays();
CREATE TRIGGER trail_is_not_emptied BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION diligence_trail_stays();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER trail_stays;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER trail_is_not_emptied;
"""
    for table in TABLES
) + """
CREATE TRIGGER trail_stays BEFORE DELETE OR UPDATE OF id, public ON diligence_trailkey
  FOR EACH STATEMENT EXECUTE FUNCTION diligence_trail_stays();
CREATE TRIGGER trail_is_not_emptied BEFORE TRUNCATE ON diligence_trailkey
  FOR EACH STATEMENT EXECUTE FUNCTION diligence_trail_stays();
ALTER TABLE diligence_trailkey ENABLE ALWAYS TRIGGER trail_stays;
ALTER TABLE diligence_trailkey ENABLE ALWAYS TRIGGER trail_is_not_emptied;
"""

ALLOW = "".join(
    f"DROP TRIGGER trail_stays ON {table}; DROP TRIGGER trail_is_not_emptied ON {table};"
    for table in (*TABLES, "diligence_trailkey")
) + "DROP FUNCTION diligence_trail_stays();"


class Migration(migrations.Migration):

    dependencies = [("diligence", "0020_lines_of_before_are_marked")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
