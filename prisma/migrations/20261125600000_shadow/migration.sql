-- CreateTable
CREATE TABLE "shadow_position" (
    "cache" TEXT NOT NULL,
    "engine" TEXT NOT NULL,
    "since" BIGINT NOT NULL,
    "command" BIGINT NOT NULL,
    "checkpoint" JSONB,
    "checkpoint_command" BIGINT NOT NULL,
    "compared" BIGINT NOT NULL DEFAULT 0,
    "main_alerts" BIGINT NOT NULL DEFAULT 0,
    "shadow_alerts" BIGINT NOT NULL DEFAULT 0,
    "equal_alerts" BIGINT NOT NULL DEFAULT 0,
    "main_only" BIGINT NOT NULL DEFAULT 0,
    "shadow_only" BIGINT NOT NULL DEFAULT 0,
    "other_type" BIGINT NOT NULL DEFAULT 0,
    "other_rows" BIGINT NOT NULL DEFAULT 0,
    "faults" BIGINT NOT NULL DEFAULT 0,
    "last_fault" TEXT,
    "last_fault_at" TIMESTAMPTZ(6),
    "changed_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "shadow_position_pkey" PRIMARY KEY ("cache","engine")
);

-- CreateTable
CREATE TABLE "shadow_difference" (
    "id" BIGSERIAL NOT NULL,
    "cache" TEXT NOT NULL,
    "engine" TEXT NOT NULL,
    "command" BIGINT NOT NULL,
    "message_uuid" UUID NOT NULL,
    "message_kind" TEXT NOT NULL,
    "detector" TEXT,
    "received_at" TIMESTAMPTZ(6) NOT NULL,
    "kind" TEXT NOT NULL,
    "main_alerts" JSONB NOT NULL,
    "shadow_alerts" JSONB NOT NULL,
    "fault" TEXT,
    "at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "shadow_difference_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "shadow_difference_at_idx" ON "shadow_difference"("at");

-- CreateIndex
CREATE UNIQUE INDEX "shadow_difference_cache_engine_command_key" ON "shadow_difference"("cache", "engine", "command");
