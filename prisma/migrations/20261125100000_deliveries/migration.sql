-- CreateTable
CREATE TABLE "delivery" (
    "id" BIGSERIAL NOT NULL,
    "sink" TEXT NOT NULL,
    "alert_id" UUID NOT NULL,
    "event_id" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,
    "state" TEXT NOT NULL,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "due_at" TIMESTAMPTZ(6) NOT NULL,
    "gives_up_at" TIMESTAMPTZ(6) NOT NULL,
    "attempt" UUID,
    "last_error" TEXT,
    "progress" JSONB,
    "receipt" JSONB,
    "delivered_at" TIMESTAMPTZ(6),
    "warned_at" TIMESTAMPTZ(6),

    CONSTRAINT "delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sink_position" (
    "sink" TEXT NOT NULL,
    "cache" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "sink_position_pkey" PRIMARY KEY ("sink","cache")
);

-- CreateIndex
CREATE UNIQUE INDEX "delivery_sink_alert_id_key" ON "delivery"("sink", "alert_id");

-- CreateIndex
CREATE INDEX "delivery_alert_id_idx" ON "delivery"("alert_id");

-- What is still to be delivered: the first of each event is looked for, again and again.
CREATE INDEX "delivery_outstanding_idx" ON "delivery"("sink", "event_id", "sequence") WHERE "state" IN ('waiting', 'sending');

-- What a sink remembered of an event.
CREATE INDEX "delivery_receipt_idx" ON "delivery"("event_id", "sink", "sequence") WHERE "receipt" IS NOT NULL;
