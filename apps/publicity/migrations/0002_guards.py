"""What is shown is frozen and holds only what the law lets be seen; photos and rows stay."""

from django.db import migrations

FORWARD = """
ALTER TABLE publicity_noticerow ADD CONSTRAINT notice_row_shows_only_what_is_allowed CHECK (
    shown - CASE
        WHEN programme IN ('minimum_living', 'marginal_household', 'rigid_expenditure_household',
                           'temporary_relief')
        THEN ARRAY['name', 'kind', 'members', 'amount', 'since']
        ELSE ARRAY['name', 'kind', 'amount', 'since'] END = '{}'::jsonb);
CREATE TRIGGER noticerow_append_only BEFORE UPDATE OR DELETE ON publicity_noticerow
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER noticephoto_append_only BEFORE UPDATE OR DELETE ON publicity_noticephoto
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER notice_no_delete BEFORE DELETE ON publicity_publicnotice
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER notice_frozen BEFORE UPDATE ON publicity_publicnotice
    FOR EACH ROW WHEN (
        OLD.state <> 'posted' OR
        (OLD.stage, OLD.division, OLD.family, OLD.posted_on, OLD.first_day, OLD.length,
         OLD.columns, OLD.posted_by_id) IS DISTINCT FROM
        (NEW.stage, NEW.division, NEW.family, NEW.posted_on, NEW.first_day, NEW.length,
         NEW.columns, NEW.posted_by_id) OR OLD.last_day IS DISTINCT FROM NEW.last_day)
    EXECUTE FUNCTION refuse_change();
CREATE FUNCTION notice_end_is_proved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'ended' AND NEW.stage <> 'standing' AND NEW.no_photo_reason = ''
       AND NOT EXISTS (SELECT 1 FROM publicity_noticephoto p
                       WHERE p.notice_id = NEW.id AND p.moment = 'end') THEN
        RAISE EXCEPTION '结束公示须有期满照片，或说明没有照片的原因'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER notice_end_is_proved BEFORE UPDATE ON publicity_publicnotice
    FOR EACH ROW EXECUTE FUNCTION notice_end_is_proved();
CREATE TRIGGER objection_kept BEFORE UPDATE ON publicity_objection
    FOR EACH ROW EXECUTE FUNCTION refuse_rewrite('answer', 'answered_on', 'answered_by_id');
CREATE TRIGGER objection_no_delete BEFORE DELETE ON publicity_objection
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
"""
BACKWARD = """
DROP TRIGGER objection_no_delete ON publicity_objection;
DROP TRIGGER objection_kept ON publicity_objection;
DROP TRIGGER notice_end_is_proved ON publicity_publicnotice;
DROP FUNCTION notice_end_is_proved();
DROP TRIGGER notice_frozen ON publicity_publicnotice;
DROP TRIGGER notice_no_delete ON publicity_publicnotice;
DROP TRIGGER noticephoto_append_only ON publicity_noticephoto;
DROP TRIGGER noticerow_append_only ON publicity_noticerow;
ALTER TABLE publicity_noticerow DROP CONSTRAINT notice_row_shows_only_what_is_allowed;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("publicity", "0001_initial"),
        ("offices", "0002_guards"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
