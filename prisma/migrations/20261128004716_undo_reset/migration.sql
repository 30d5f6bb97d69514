-- Which reset dropped an observation: that one can be undone.
ALTER TABLE "observation" ADD COLUMN "reset_by" BIGINT;

-- CreateTable
CREATE TABLE "cache_reset" (
    "id" UUID NOT NULL,
    "cache" TEXT NOT NULL,
    "command" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL,
    "actor" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "dropped" INTEGER NOT NULL,
    "undo_from" BIGINT NOT NULL,
    "undo_asked_at" TIMESTAMPTZ(6),
    "undo_actor" TEXT,
    "undone_at" TIMESTAMPTZ(6),
    "restored" INTEGER NOT NULL DEFAULT 0,
    "undo_alerts" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "cache_reset_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "cache_reset_cache_command_key" ON "cache_reset"("cache", "command");

-- CreateIndex
CREATE INDEX "cache_reset_at_idx" ON "cache_reset"("at");

-- Undos that are under way are few among all resets: they are looked for every few seconds.
CREATE INDEX "cache_reset_undo_under_way" ON "cache_reset" ("cache") WHERE "undo_asked_at" IS NOT NULL AND "undone_at" IS NULL;

-- CreateTable
CREATE TABLE "slack_post" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "cause" UUID NOT NULL,
    "facts" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "next_try_at" TIMESTAMPTZ(6) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "settled_at" TIMESTAMPTZ(6),
    "last_error" TEXT,

    CONSTRAINT "slack_post_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "slack_post_cause_kind_key" ON "slack_post"("cause", "kind");

-- What waits is looked for every minute.
CREATE INDEX "slack_post_waiting" ON "slack_post" ("next_try_at") WHERE "state" = 'waiting';

ALTER TABLE "slack_post" ADD CONSTRAINT "slack_post_state" CHECK ("state" IN ('waiting', 'sent', 'dropped', 'refused'));

-- A reset is told of by mail.
ALTER TABLE "mail" DROP CONSTRAINT "mail_kind";
ALTER TABLE "mail" ADD CONSTRAINT "mail_kind" CHECK ("kind" IN ('late', 'back', 'quiet', 'recovered', 'feedback', 'reset'));
