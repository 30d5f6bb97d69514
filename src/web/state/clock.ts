import { signal } from '@preact/signals';

/** POSIX milliseconds, once a second: what is shown as "8 s ago" stays true. */
export const now = signal(Date.now());

setInterval(() => {
  now.value = Date.now();
}, 1_000);
