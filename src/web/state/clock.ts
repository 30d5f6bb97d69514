import { signal } from '@preact/signals';

/** POSIX milliseconds, updated every second for texts such as "8 s ago". */
export const now = signal(Date.now());

setInterval(() => {
  now.value = Date.now();
}, 1_000);
