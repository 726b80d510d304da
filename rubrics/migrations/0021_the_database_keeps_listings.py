"""Keeps the listing of every deal, whoever writes the deal, its assessment or its standing.

Written by hand, because Django knows no triggers. The row is locked before it is computed, so that
of two writers the second one sees what the first one wrote.
"""

from django.db import migrations

KEEP = """
CREATE FUNCTION rubrics_list(listed uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM rubrics_listing WHERE deal_id = listed FOR UPDATE;
  INSERT INTO rubrics_listing (deal_id, name, band, figures, is_final)
  SELECT deal.id, deal.startup_name,
         CASE WHEN seen.rated THEN standing.band END,
         CASE WHEN seen.rated THEN (
           SELECT coalesce(jsonb_object_agg(lens.key, lens.value -> 'score'), '{}')
             FROM jsonb_each(standing.lens_scores) lens
            WHERE jsonb_typeof(lens.value -> 'score') = 'number'
         ) ELSE '{}' END,
         coalesce(seen.rated AND standing.is_final, false)
    FROM diligence_deal deal
    LEFT JOIN rubrics_assessment assessment ON assessment.deal_id = deal.id
    LEFT JOIN rubrics_standing standing ON standing.assessment_id = assessment.id
   CROSS JOIN LATERAL (SELECT
           standing.band NOT IN ('', 'NR')
           AND (assessment.mode = 'assisted' OR assessment.unblinded_at IS NOT NULL) AS rated) seen
   WHERE deal.id = listed
  ON CONFLICT (deal_id) DO UPDATE
     SET name = excluded.name, band = excluded.band, figures = excluded.figures,
         is_final = excluded.is_final;
END $$;

CREATE FUNCTION rubrics_deal_listed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM rubrics_list(NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER listing_begins AFTER INSERT ON diligence_deal
  FOR EACH ROW EXECUTE FUNCTION rubrics_deal_listed();
CREATE TRIGGER listing_is_renamed AFTER UPDATE ON diligence_deal
  FOR EACH ROW WHEN (OLD.startup_name IS DISTINCT FROM NEW.startup_name)
  EXECUTE FUNCTION rubrics_deal_listed();

CREATE FUNCTION rubrics_assessment_listed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN PERFORM rubrics_list(OLD.deal_id); END IF;
  IF TG_OP <> 'DELETE' THEN PERFORM rubrics_list(NEW.deal_id); END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER assessment_listed AFTER INSERT OR DELETE OR UPDATE OF deal_id, mode, unblinded_at
  ON rubrics_assessment FOR EACH ROW EXECUTE FUNCTION rubrics_assessment_listed();

CREATE FUNCTION rubrics_standing_listed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE changed uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.assessment_id ELSE NEW.assessment_id END;
BEGIN
  PERFORM rubrics_list(deal_id) FROM rubrics_assessment WHERE id = changed;
  RETURN NULL;
END $$;
CREATE TRIGGER standing_listed AFTER INSERT OR UPDATE OR DELETE ON rubrics_standing
  FOR EACH ROW EXECUTE FUNCTION rubrics_standing_listed();

SELECT rubrics_list(id) FROM diligence_deal;
"""

FORGET = """
DROP TRIGGER standing_listed ON rubrics_standing;
DROP FUNCTION rubrics_standing_listed();
DROP TRIGGER assessment_listed ON rubrics_assessment;
DROP FUNCTION rubrics_assessment_listed();
DROP TRIGGER listing_is_renamed ON diligence_deal;
DROP TRIGGER listing_begins ON diligence_deal;
DROP FUNCTION rubrics_deal_listed();
DROP FUNCTION rubrics_list(uuid);
"""


class Migration(migrations.Migration):

    dependencies = [("rubrics", "0020_listings")]

    operations = [migrations.RunSQL(KEEP, FORGET)]
