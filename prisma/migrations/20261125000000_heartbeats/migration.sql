-- A detector's signs of life, one row a message. What they sum up to stands with the detector.
ALTER TABLE "detector"
    ADD COLUMN "last_beat" UUID,
    ADD COLUMN "last_beat_at" TIMESTAMPTZ(6),
    ADD COLUMN "beat_status" TEXT,
    ADD COLUMN "first_beat_at" TIMESTAMPTZ(6),
    ADD COLUMN "beats" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "beat_squares" BIGINT NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "heartbeat" (
    "detector" TEXT NOT NULL,
    "uuid" UUID NOT NULL,
    "received_at" TIMESTAMPTZ(6) NOT NULL,
    "status" TEXT NOT NULL,
    "observed" BOOLEAN NOT NULL,
    "sent_ns" BIGINT,
    "machine_ns" BIGINT,
    "latency_s" DOUBLE PRECISION,
    "interval_ms" BIGINT,

    CONSTRAINT "heartbeat_pkey" PRIMARY KEY ("detector","received_at","uuid")
);

-- CreateIndex
CREATE INDEX "heartbeat_received_at_idx" ON "heartbeat"("received_at");

ALTER TABLE "heartbeat" ADD CONSTRAINT "heartbeat_status" CHECK ("status" IN ('ON', 'OFF'));
ALTER TABLE "detector" ADD CONSTRAINT "detector_beat_status" CHECK ("beat_status" IN ('ON', 'OFF'));

-- A few rows that change with every heartbeat: their old versions must not pile up.
ALTER TABLE "detector" SET (fillfactor = 20, autovacuum_vacuum_scale_factor = 0.05);
-- A week of them comes and goes in the order of time: a tenth of it is too long to wait.
ALTER TABLE "heartbeat" SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
