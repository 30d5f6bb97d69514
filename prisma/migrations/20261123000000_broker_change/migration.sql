-- CreateTable
CREATE TABLE "broker_change" (
    "uuid" UUID NOT NULL,
    "configured" TEXT[],
    "brokers" TEXT[],
    "outcome" TEXT NOT NULL,
    "decided_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "broker_change_pkey" PRIMARY KEY ("uuid")
);

ALTER TABLE "broker_change" ADD CONSTRAINT "broker_change_outcome" CHECK ("outcome" IN ('changed', 'unreachable'));
-- Commands that ask for it are rare among the messages.
CREATE INDEX "message_broker_change" ON "message" ("received_at") WHERE "kind" = 'broker-change';
