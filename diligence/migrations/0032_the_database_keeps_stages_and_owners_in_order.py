"""Keeps on each deal the place of its stage and the name of its owner, as it keeps its startup's.

A new deal, and one that goes to another stage or owner, locks that row against being changed
meanwhile; what lies there already is found by the change itself.
"""

from django.db import migrations

KEEP = """
CREATE OR REPLACE FUNCTION diligence_deal_listed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' OR NEW.startup_id IS DISTINCT FROM OLD.startup_id THEN
    PERFORM 1 FROM diligence_startup WHERE id = NEW.startup_id FOR SHARE;
  END IF;
  IF TG_OP = 'INSERT' OR NEW.stage_id IS DISTINCT FROM OLD.stage_id THEN
    PERFORM 1 FROM diligence_stage WHERE id = NEW.stage_id FOR SHARE;
  END IF;
  IF TG_OP = 'INSERT' OR NEW.owner_id IS DISTINCT FROM OLD.owner_id THEN
    PERFORM 1 FROM diligence_user WHERE id = NEW.owner_id FOR SHARE;
  END IF;
  SELECT name, lower(concat_ws(chr(10), name, NEW.name, NEW.thesis, summary))
    INTO NEW.startup_name, NEW.words
    FROM diligence_startup WHERE id = NEW.startup_id;
  IF NOT FOUND THEN  -- it comes later in the same transaction, and finds the deal then
    NEW.startup_name := '';
    NEW.words := '';
  END IF;
  NEW.stage_position := coalesce(
    (SELECT position FROM diligence_stage WHERE id = NEW.stage_id), 0);
  NEW.owner_name := coalesce((SELECT name FROM diligence_user WHERE id = NEW.owner_id), '');
  RETURN NEW;
END $$;
CREATE FUNCTION diligence_stage_listed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE diligence_deal SET stage_position = 0 WHERE stage_id = NEW.id;  -- said anew as above
  RETURN NULL;
END $$;
CREATE TRIGGER stage_listed AFTER INSERT ON diligence_stage
  FOR EACH ROW EXECUTE FUNCTION diligence_stage_listed();
CREATE TRIGGER stage_is_moved AFTER UPDATE ON diligence_stage
  FOR EACH ROW WHEN (OLD.position IS DISTINCT FROM NEW.position)
  EXECUTE FUNCTION diligence_stage_listed();
CREATE FUNCTION diligence_owner_listed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE diligence_deal SET owner_name = '' WHERE owner_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER owner_listed AFTER INSERT ON diligence_user
  FOR EACH ROW EXECUTE FUNCTION diligence_owner_listed();
CREATE TRIGGER owner_is_renamed AFTER UPDATE ON diligence_user
  FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name)
  EXECUTE FUNCTION diligence_owner_listed();
UPDATE diligence_deal SET owner_name = '';
"""

FORGET = """
DROP TRIGGER owner_is_renamed ON diligence_user;
DROP TRIGGER owner_listed ON diligence_user;
DROP FUNCTION diligence_owner_listed();
DROP TRIGGER stage_is_moved ON diligence_stage;
DROP TRIGGER stage_listed ON diligence_stage;
DROP FUNCTION diligence_stage_listed();
CREATE OR REPLACE FUNCTION diligence_deal_listed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' OR NEW.startup_id IS DISTINCT FROM OLD.startup_id THEN
    PERFORM 1 FROM diligence_startup WHERE id = NEW.startup_id FOR SHARE;
  END IF;
  SELECT name, lower(concat_ws(chr(10), name, NEW.name, NEW.thesis, summary))
    INTO NEW.startup_name, NEW.words
    FROM diligence_startup WHERE id = NEW.startup_id;
  IF NOT FOUND THEN
    NEW.startup_name := '';
    NEW.words := '';
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [("diligence", "0031_lists_by_stage_and_owner")]

    operations = [migrations.RunSQL(KEEP, FORGET)]
