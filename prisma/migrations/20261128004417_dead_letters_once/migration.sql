-- A rejected record is kept once, however often it is read: it is known by hop's _id, or else by its place and time, and by
-- what it says, for a client may use one _id for several.
ALTER TABLE "dead_letter" ADD COLUMN "record_uuid" UUID;
CREATE UNIQUE INDEX "dead_letter_record_idx" ON "dead_letter"("record_uuid", sha256(coalesce("value", '')))
    WHERE "record_uuid" IS NOT NULL;
-- Those of earlier releases have no such identity: their places are looked up.
CREATE INDEX "dead_letter_place_idx" ON "dead_letter"("cluster", "topic", "partition", "position") WHERE "record_uuid" IS NULL;
