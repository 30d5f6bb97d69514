-- CreateTable
CREATE TABLE "contact" (
    "id" BIGSERIAL NOT NULL,
    "detector" TEXT,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "wants_alerts" BOOLEAN NOT NULL,
    "wants_warnings" BOOLEAN NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "created_by" TEXT NOT NULL,

    CONSTRAINT "contact_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "silence" (
    "id" UUID NOT NULL,
    "detector" TEXT,
    "since" TIMESTAMPTZ(6) NOT NULL,
    "noticed_at" TIMESTAMPTZ(6) NOT NULL,
    "over_at" TIMESTAMPTZ(6),

    CONSTRAINT "silence_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "watch" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "looked_at" TIMESTAMPTZ(6) NOT NULL,
    "resumed_at" TIMESTAMPTZ(6) NOT NULL,
    "well_at" TIMESTAMPTZ(6),

    CONSTRAINT "watch_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "feedback" (
    "id" UUID NOT NULL,
    "detector" TEXT NOT NULL,
    "asked_at" TIMESTAMPTZ(6) NOT NULL,
    "outcome" TEXT NOT NULL,

    CONSTRAINT "feedback_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mail" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "cause" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "facts" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "next_try_at" TIMESTAMPTZ(6) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "settled_at" TIMESTAMPTZ(6),
    "last_error" TEXT,

    CONSTRAINT "mail_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "contact_detector_email_key" ON "contact"("detector", "email");

-- CreateIndex
CREATE UNIQUE INDEX "silence_detector_since_key" ON "silence"("detector", "since");

-- CreateIndex
CREATE INDEX "feedback_detector_asked_at_idx" ON "feedback"("detector", "asked_at");

-- CreateIndex
CREATE UNIQUE INDEX "mail_cause_kind_email_key" ON "mail"("cause", "kind", "email");


-- What Prisma's schema language can't say.

-- Of no single detector an address stands once too.
CREATE UNIQUE INDEX "contact_of_none_email" ON "contact" ("email") WHERE "detector" IS NULL;
-- Of each detector, and of the network, one silence lasts at a time.
CREATE UNIQUE INDEX "silence_lasting" ON "silence" (coalesce("detector", '')) WHERE "over_at" IS NULL;
-- What is to go out.
CREATE INDEX "mail_waiting" ON "mail" ("next_try_at") WHERE "state" = 'waiting';
-- Messages that ask for feedback are rare among the messages.
CREATE INDEX "message_get_feedback" ON "message" ("received_at") WHERE "kind" = 'Get-Feedback';

ALTER TABLE "watch" ADD CONSTRAINT "watch_single" CHECK ("id" = 1);
ALTER TABLE "feedback" ADD CONSTRAINT "feedback_outcome" CHECK ("outcome" IN ('granted', 'refused'));
ALTER TABLE "mail" ADD CONSTRAINT "mail_kind" CHECK ("kind" IN ('late', 'back', 'quiet', 'recovered', 'feedback'));
ALTER TABLE "mail" ADD CONSTRAINT "mail_state" CHECK ("state" IN ('waiting', 'sent', 'dropped', 'refused'));
