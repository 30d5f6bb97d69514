/** The reader of the output has closed it (`| head`), which is not an error. */
function end(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
}

/** Ends the command when its output is closed. */
export function endWithReader(): void {
  process.stdout.on('error', end);
}

/** The server continues when its output is closed. */
export function outliveReader(): void {
  process.stdout.off('error', end);
}
