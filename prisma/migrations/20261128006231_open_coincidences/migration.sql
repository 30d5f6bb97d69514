-- The open sub-groups of two rows or more, by number, among however many observations that stand alone.
CREATE INDEX "sub_group_open_coincidence" ON "sub_group" ("cache", "number") WHERE "closed_at" IS NULL AND "coincides";
