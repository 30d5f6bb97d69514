-- Alerts that were given up are few among all that were ever delivered: they are counted and listed without going through those.
CREATE INDEX "delivery_failed_idx" ON "delivery"("sink", "id") WHERE "state" = 'failed';
