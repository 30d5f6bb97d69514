-- A detector's last sign that it is on or off: its live observations are such signs too.
DROP INDEX "message_heartbeat";
CREATE INDEX "message_heartbeat" ON "message" ("detector", "received_at") WHERE "kind" IN ('Heartbeat', 'CoincidenceTier') AND "cache" = 'live';
