"""Lets the database itself refuse to change what was issued or decided, whoever asks.

Written by hand, because Django knows no triggers. Emptying a whole table (as tests do) and undoing
this migration remain possible: they are for whoever owns the database, not for the application.
"""

from django.db import migrations

REFUSE = """
CREATE FUNCTION rubrics_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'What was issued or decided is never changed (%).', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER report_data_stays BEFORE UPDATE ON rubrics_report FOR EACH ROW
  WHEN ((OLD.data, OLD.data_sha256, OLD.deal_id, OLD.number, OLD.serial, OLD.issued_by_id, OLD.issued_at)
        IS DISTINCT FROM
        (NEW.data, NEW.data_sha256, NEW.deal_id, NEW.number, NEW.serial, NEW.issued_by_id, NEW.issued_at))
  EXECUTE FUNCTION rubrics_stays();
CREATE TRIGGER report_file_stays BEFORE UPDATE ON rubrics_report FOR EACH ROW
  WHEN (OLD.state = 'ready'
        AND (OLD.state, OLD.pdf_path, OLD.pdf_sha256) IS DISTINCT FROM (NEW.state, NEW.pdf_path, NEW.pdf_sha256))
  EXECUTE FUNCTION rubrics_stays();
CREATE TRIGGER report_is_kept BEFORE DELETE ON rubrics_report FOR EACH ROW
  EXECUTE FUNCTION rubrics_stays();
CREATE TRIGGER sign_off_stays BEFORE UPDATE OR DELETE ON rubrics_signoff FOR EACH ROW
  EXECUTE FUNCTION rubrics_stays();
CREATE TRIGGER condition_stays BEFORE UPDATE OR DELETE ON rubrics_condition FOR EACH ROW
  EXECUTE FUNCTION rubrics_stays();
"""

ALLOW = """
DROP TRIGGER report_data_stays ON rubrics_report;
DROP TRIGGER report_file_stays ON rubrics_report;
DROP TRIGGER report_is_kept ON rubrics_report;
DROP TRIGGER sign_off_stays ON rubrics_signoff;
DROP TRIGGER condition_stays ON rubrics_condition;
DROP FUNCTION rubrics_stays();
"""


class Migration(migrations.Migration):

    dependencies = [("rubrics", "0010_every_report_has_a_serial")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
