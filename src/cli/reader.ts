/** Whoever read our output has had enough (`| head`): that is no failure. */
function end(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
}

/** A command whose output nobody reads any more has nothing left to do. */
export function endWithReader(): void {
  process.stdout.on('error', end);
}

/** The server goes on: its log is the least of what it does. */
export function outliveReader(): void {
  process.stdout.off('error', end);
}
