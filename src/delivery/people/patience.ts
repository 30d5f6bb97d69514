/** How long a delivery is tried, in milliseconds: an alert that is older is no news. */
export const PATIENCE = 24 * 3_600_000;
