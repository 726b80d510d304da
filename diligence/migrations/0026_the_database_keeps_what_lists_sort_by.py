"""Keeps on each deal what lists sort by and search in, whoever writes a deal or a startup.

Written by hand, because Django knows no triggers. A new deal locks its startup's row against being
renamed meanwhile; a deal that is already there is found by the renaming itself, and its own row
puts the two writers in order.
"""

from django.db import migrations

KEEP = """
CREATE FUNCTION diligence_deal_listed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' OR NEW.startup_id IS DISTINCT FROM OLD.startup_id THEN
    PERFORM 1 FROM diligence_startup WHERE id = NEW.startup_id FOR SHARE;
  END IF;
  SELECT name, lower(concat_ws(chr(10), name, NEW.name, NEW.thesis, summary))
    INTO NEW.startup_name, NEW.words
    FROM diligence_startup WHERE id = NEW.startup_id;
  IF NOT FOUND THEN  -- it comes later in the same transaction, and finds the deal then
    NEW.startup_name := '';
    NEW.words := '';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER deal_listed BEFORE INSERT OR UPDATE ON diligence_deal
  FOR EACH ROW EXECUTE FUNCTION diligence_deal_listed();
CREATE FUNCTION diligence_startup_listed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE diligence_deal SET startup_name = '' WHERE startup_id = NEW.id;  -- the trigger says it anew
  RETURN NULL;
END $$;
CREATE TRIGGER startup_listed AFTER INSERT OR UPDATE OF name, summary ON diligence_startup
  FOR EACH ROW EXECUTE FUNCTION diligence_startup_listed();
UPDATE diligence_deal SET startup_name = '';
"""

FORGET = """
DROP TRIGGER startup_listed ON diligence_startup;
DROP FUNCTION diligence_startup_listed();
DROP TRIGGER deal_listed ON diligence_deal;
DROP FUNCTION diligence_deal_listed();
"""


class Migration(migrations.Migration):

    dependencies = [("diligence", "0025_lists_served_by_indexes")]

    operations = [migrations.RunSQL(KEEP, FORGET)]
