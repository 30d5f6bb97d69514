-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "cache" (
    "name" TEXT NOT NULL,
    "engine" TEXT NOT NULL,
    "window_ns" BIGINT NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 0,
    "changed_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "next_command" BIGINT NOT NULL DEFAULT 1,
    "next_sub_group" INTEGER NOT NULL DEFAULT 0,
    "next_sequence" BIGINT NOT NULL DEFAULT 1,
    "reset_count" INTEGER NOT NULL DEFAULT 0,
    "reset_command" BIGINT NOT NULL DEFAULT 0,
    "reset_at" TIMESTAMPTZ(6),
    "last_sent_ns" BIGINT NOT NULL DEFAULT 0,
    "engine_state" JSONB,

    CONSTRAINT "cache_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "message" (
    "uuid" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "cache" TEXT,
    "command" BIGINT,
    "detector" TEXT,
    "received_at" TIMESTAMPTZ(6) NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "argument" JSONB,
    "source" TEXT NOT NULL,
    "body" JSON,

    CONSTRAINT "message_pkey" PRIMARY KEY ("uuid")
);

-- CreateTable
CREATE TABLE "observation" (
    "uuid" UUID NOT NULL,
    "cache" TEXT NOT NULL,
    "command" BIGINT NOT NULL,
    "id" TEXT NOT NULL,
    "detector_name" TEXT NOT NULL,
    "neutrino_time" TEXT NOT NULL,
    "neutrino_ns" BIGINT NOT NULL,
    "received_ns" BIGINT NOT NULL,
    "expires_ns" BIGINT NOT NULL,
    "state" TEXT NOT NULL,
    "p_val" DOUBLE PRECISION,
    "is_pre_sn" BOOLEAN NOT NULL,
    "machine_time" TEXT,
    "sent_time" TEXT,
    "schema_version" TEXT,
    "meta" JSON,
    "retracted_by" UUID,

    CONSTRAINT "observation_pkey" PRIMARY KEY ("uuid")
);

-- CreateTable
CREATE TABLE "sub_group" (
    "key" BIGSERIAL NOT NULL,
    "cache" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "anchor_command" BIGINT NOT NULL,
    "anchor_ns" BIGINT NOT NULL,
    "rows" BIGINT[],
    "deltas" BIGINT[],
    "coincides" BOOLEAN NOT NULL DEFAULT false,
    "event_id" TEXT,
    "pre_sn" BOOLEAN NOT NULL DEFAULT false,
    "false_alarm" JSONB,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "updated_at" TIMESTAMPTZ(6) NOT NULL,
    "closed_at" TIMESTAMPTZ(6),

    CONSTRAINT "sub_group_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "event" (
    "id" TEXT NOT NULL,
    "cache" TEXT NOT NULL,
    "day" TEXT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "pre_sn" BOOLEAN NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "updated_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert" (
    "id" UUID NOT NULL,
    "cache" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,
    "message_uuid" UUID NOT NULL,
    "command" BIGINT NOT NULL,
    "alert_type" TEXT NOT NULL,
    "sub_group" INTEGER NOT NULL,
    "event_id" TEXT NOT NULL,
    "pre_sn" BOOLEAN NOT NULL,
    "observations" UUID[],
    "detector_names" TEXT[],
    "neutrino_times" TEXT[],
    "p_values" JSONB NOT NULL,
    "p_values_average" DOUBLE PRECISION,
    "false_alarm" JSONB,
    "server_tag" TEXT NOT NULL,
    "sent_ns" BIGINT NOT NULL,
    "first_ns" BIGINT NOT NULL,
    "last_ns" BIGINT NOT NULL,
    "payload" JSON NOT NULL,

    CONSTRAINT "alert_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pending_retraction" (
    "target" UUID NOT NULL,
    "message_uuid" UUID NOT NULL,
    "detector" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "pending_retraction_pkey" PRIMARY KEY ("target","message_uuid")
);

-- CreateTable
CREATE TABLE "muted_detector" (
    "cache" TEXT NOT NULL,
    "detector" TEXT NOT NULL,
    "since" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "muted_detector_pkey" PRIMARY KEY ("cache","detector")
);

-- CreateTable
CREATE TABLE "detector_minute" (
    "cache" TEXT NOT NULL,
    "detector" TEXT NOT NULL,
    "minute" INTEGER NOT NULL,
    "observations" INTEGER NOT NULL,

    CONSTRAINT "detector_minute_pkey" PRIMARY KEY ("cache","detector","minute")
);

-- CreateTable
CREATE TABLE "detector" (
    "name" TEXT NOT NULL,
    "id" INTEGER NOT NULL,
    "full_name" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "site" TEXT NOT NULL,
    "latitude" DOUBLE PRECISION NOT NULL,
    "longitude" DOUBLE PRECISION NOT NULL,
    "last_message_at" TIMESTAMPTZ(6),

    CONSTRAINT "detector_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "detectors" TEXT[],
    "hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "created_by" TEXT NOT NULL,
    "revoked_at" TIMESTAMPTZ(6),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "admin_act" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL,
    "actor" TEXT NOT NULL,
    "act" TEXT NOT NULL,
    "detail" JSONB NOT NULL,

    CONSTRAINT "admin_act_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "message_received_at_idx" ON "message"("received_at");

-- CreateIndex
CREATE UNIQUE INDEX "message_cache_command_key" ON "message"("cache", "command");

-- CreateIndex
CREATE UNIQUE INDEX "observation_cache_command_key" ON "observation"("cache", "command");

-- CreateIndex
CREATE INDEX "event_cache_created_at_idx" ON "event"("cache", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "event_cache_day_ordinal_key" ON "event"("cache", "day", "ordinal");

-- CreateIndex
CREATE INDEX "alert_event_id_idx" ON "alert"("event_id");

-- CreateIndex
CREATE INDEX "alert_cache_command_idx" ON "alert"("cache", "command");

-- CreateIndex
CREATE INDEX "alert_cache_first_ns_idx" ON "alert"("cache", "first_ns");

-- CreateIndex
CREATE UNIQUE INDEX "alert_cache_sequence_key" ON "alert"("cache", "sequence");

-- CreateIndex
CREATE UNIQUE INDEX "detector_id_key" ON "detector"("id");

-- CreateIndex
CREATE INDEX "admin_act_at_idx" ON "admin_act"("at");


-- What Prisma's schema language can't say.

-- The neighbourhood of a command: active observations by time (the hot path reads nothing else).
CREATE INDEX "observation_active_neutrino_ns" ON "observation" ("cache", "neutrino_ns") WHERE "state" = 'active';
-- What is due to expire.
CREATE INDEX "observation_standing_expires_ns" ON "observation" ("cache", "expires_ns") WHERE "state" IN ('active', 'muted');
-- A detector's last heartbeat.
CREATE INDEX "message_heartbeat" ON "message" ("detector", "received_at") WHERE "kind" = 'Heartbeat';
-- A detector's latest observations, for retractions and mutes.
CREATE INDEX "observation_standing_detector" ON "observation" ("cache", "detector_name", "command") WHERE "state" IN ('active', 'muted');
-- What a retraction withdrew.
CREATE INDEX "observation_retracted_by" ON "observation" ("retracted_by") WHERE "retracted_by" IS NOT NULL;
CREATE UNIQUE INDEX "sub_group_open_number" ON "sub_group" ("cache", "number") WHERE "closed_at" IS NULL;
CREATE INDEX "sub_group_open_anchor" ON "sub_group" ("cache", "anchor_ns") WHERE "closed_at" IS NULL;
CREATE INDEX "sub_group_event" ON "sub_group" ("event_id") WHERE "event_id" IS NOT NULL;
-- Whether an event still stands is told by the first of its sub-groups, however many it has.
CREATE INDEX "sub_group_event_coincidence" ON "sub_group" ("event_id", "anchor_ns") WHERE "closed_at" IS NULL AND "coincides";
CREATE INDEX "sub_group_event_pre_sn" ON "sub_group" ("event_id", "anchor_ns") WHERE "closed_at" IS NULL AND "pre_sn";

ALTER TABLE "cache" ADD CONSTRAINT "cache_name" CHECK ("name" IN ('live', 'firedrill', 'test'));
ALTER TABLE "observation" ADD CONSTRAINT "observation_state" CHECK ("state" IN ('active', 'muted', 'retracted', 'expired', 'reset'));
ALTER TABLE "event" ADD CONSTRAINT "event_state" CHECK ("state" IN ('open', 'retracted', 'closed'));
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_role" CHECK ("role" IN ('detector', 'reader', 'admin'));

-- Rows of these change or go all the time: sweep them up before their remains slow the indexes.
ALTER TABLE "sub_group" SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500, fillfactor = 80);
ALTER TABLE "observation" SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000);
ALTER TABLE "detector_minute" SET (autovacuum_vacuum_scale_factor = 0.05, fillfactor = 50);
ALTER TABLE "cache" SET (fillfactor = 10);
