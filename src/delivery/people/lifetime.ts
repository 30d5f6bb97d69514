/** A delivery fails if an alert could not be delivered in so many milliseconds: an older alert is no news. */
export const DELIVERY_LIFETIME = 24 * 3_600_000;
