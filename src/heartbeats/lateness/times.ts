const HOUR_SECONDS = 3_600;
const MINUTE_SECONDS = 60;

/** To the second: `2026-11-25 01:30:00 UTC`. @param time ISO 8601 in UTC */
export function utc(time: string): string {
  return `${time.slice(0, 19).replace('T', ' ')} UTC`;
}

/** In the two largest units: `2 h 5 min`, `5 min 3 s`, `42 s`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / HOUR_SECONDS), Math.floor((whole % HOUR_SECONDS) / MINUTE_SECONDS)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % MINUTE_SECONDS} s` : `${whole} s`;
}
