-- What DETECTOR_QUOTA counts beside observations, each kind by itself.
ALTER TABLE "detector_minute" ADD COLUMN "retractions" INTEGER NOT NULL DEFAULT 0;
CREATE TABLE "archive_minute" (
    "kind" TEXT NOT NULL,
    "detector" TEXT NOT NULL,
    "minute" INTEGER NOT NULL,
    "messages" INTEGER NOT NULL,
    PRIMARY KEY ("kind", "detector", "minute")
);
