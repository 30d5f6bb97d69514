/** What the embedded server needs of a logger; pino's fits. */
export interface Log {
  /** What PostgreSQL says when all is well; left out by those who have no use for it. */
  debug?(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const SEVERITY = /^(DEBUG\d?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|DETAIL|HINT|STATEMENT|CONTEXT|QUERY):\s+(.*)$/;
/** Lines that belong to the message before them, so they keep its level. */
const CONTINUATIONS: ReadonlySet<string> = new Set(['DETAIL', 'HINT', 'STATEMENT', 'CONTEXT', 'QUERY']);

/** Takes PostgreSQL's log lines, one by one, into the log of the service. */
export function forwardPostgresLog(log: Log): (line: string) => void {
  let level: keyof Log = 'debug';
  return (line) => {
    const [, severity, text] = SEVERITY.exec(line) ?? [];
    if (severity !== undefined && !CONTINUATIONS.has(severity)) level = levelOf(severity);
    log[level]?.({ source: 'postgres', ...(severity !== undefined && { severity }) }, (text ?? line).trim());
  };
}

/**
 * FATAL ends one connection only (a wrong password, a client that connects while the server starts), so it is a
 * warning here. That the server itself ended is said, as an error, by whoever supervises it.
 */
function levelOf(severity: string): keyof Log {
  switch (severity) {
    case 'PANIC':
      return 'error';
    case 'WARNING':
    case 'ERROR':
    case 'FATAL':
      return 'warn';
    default:
      return 'debug';
  }
}
