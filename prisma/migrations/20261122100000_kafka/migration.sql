-- CreateTable
CREATE TABLE "stream_position" (
    "cluster" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "position" BIGINT NOT NULL,
    "changed_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "stream_position_pkey" PRIMARY KEY ("cluster","topic","partition")
);

-- CreateTable
CREATE TABLE "dead_letter" (
    "id" BIGSERIAL NOT NULL,
    "cluster" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "position" BIGINT NOT NULL,
    "received_at" TIMESTAMPTZ(6) NOT NULL,
    "headers" JSONB NOT NULL,
    "value" BYTEA,
    "reason" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "replayed_at" TIMESTAMPTZ(6),

    CONSTRAINT "dead_letter_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "dead_letter_created_at_idx" ON "dead_letter"("created_at");

-- CreateTable
CREATE TABLE "alert_publication" (
    "cache" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,
    "cluster" TEXT,
    "topic" TEXT,
    "position" BIGINT,
    "changed_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "alert_publication_pkey" PRIMARY KEY ("cache")
);

-- Written with every batch of messages: room for new versions of a row beside the old.
ALTER TABLE "stream_position" SET (fillfactor = 10);
