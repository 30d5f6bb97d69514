-- The last record that was read before a position: if another one stands there, the log is not the one that was read.
ALTER TABLE "stream_position" ADD COLUMN "record_offset" BIGINT, ADD COLUMN "record_digest" TEXT;
