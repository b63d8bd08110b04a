-- take: the head of a parcel in one journey. It locks the box, writes the parcel's row, and says what has become of it:
-- new (`several`: the box has another store, so rows must be compared), known, conflict (noted) or revoked.
-- Each statement in it sees what others committed while it waited for the lock.

CREATE FUNCTION take(
  of_kiosk TEXT, of_store TEXT, of_n BIGINT, of_kind TEXT, of_sha256 TEXT, of_day BIGINT, of_rows BIGINT, now BIGINT,
  OUT verdict TEXT, OUT highest BIGINT, OUT several BOOLEAN
) LANGUAGE plpgsql AS $$
DECLARE
  here TEXT;
BEGIN
  several := false;
  PERFORM pg_advisory_xact_lock(hashtextextended(of_kiosk, 0));  -- in memory: to lock the row would write to it
  PERFORM FROM kiosk WHERE kiosk.kiosk = of_kiosk AND revoked_at IS NULL;
  IF NOT FOUND THEN
    verdict := 'revoked';
    highest := 0;
    RETURN;
  END IF;

  INSERT INTO batch (kiosk, store, n, kind, sha256, day, row_count, received_at)
  VALUES (of_kiosk, of_store, of_n, of_kind, of_sha256, of_day, of_rows, now) ON CONFLICT DO NOTHING;
  IF FOUND THEN
    verdict := 'new';
    INSERT INTO store (kiosk, store, last, began_at) VALUES (of_kiosk, of_store, of_n, now)
    ON CONFLICT (kiosk, store) DO UPDATE SET last = greatest(store.last, excluded.last) RETURNING last INTO highest;
    several := EXISTS (SELECT FROM store WHERE store.kiosk = of_kiosk AND store.store <> of_store);
    RETURN;
  END IF;

  SELECT last INTO highest FROM store WHERE store.kiosk = of_kiosk AND store.store = of_store;
  SELECT sha256 INTO here FROM batch WHERE batch.kiosk = of_kiosk AND batch.store = of_store AND batch.n = of_n;
  IF here = of_sha256 THEN
    verdict := 'known';
    RETURN;
  END IF;
  verdict := 'conflict';
  INSERT INTO conflict (kiosk, store, n, sha256, at, times) VALUES (of_kiosk, of_store, of_n, of_sha256, now, 1)
  ON CONFLICT (kiosk, store, n)
  DO UPDATE SET sha256 = excluded.sha256, at = excluded.at, times = conflict.times + 1;
END $$;

-- Only retention asks for parcels by day, and they lie in that order: a few pages instead of an entry for each.
DROP INDEX batch_by_day;
CREATE INDEX batch_by_day ON batch USING brin (day);
