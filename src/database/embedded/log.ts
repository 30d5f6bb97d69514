import type { Log } from '../../domain/log.js';

const SEVERITY = /^(DEBUG\d?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|DETAIL|HINT|STATEMENT|CONTEXT|QUERY):\s+(.*)$/;
/** Lines that belong to the message before them and keep its level. */
const CONTINUATIONS: ReadonlySet<string> = new Set(['DETAIL', 'HINT', 'STATEMENT', 'CONTEXT', 'QUERY']);

/** Makes a function that writes a line of PostgreSQL's log into the log of the service. */
export function forwardPostgresLog(log: Log): (line: string) => void {
  let level: keyof Log = 'debug';
  return (line) => {
    const [, severity, text] = SEVERITY.exec(line) ?? [];
    if (severity !== undefined && !CONTINUATIONS.has(severity)) level = levelOf(severity);
    log[level]({ source: 'postgres', ...(severity !== undefined && { severity }) }, (text ?? line).trim());
  };
}

/**
 * FATAL ends only one connection (a wrong password, a client that connects while the server starts), so it is a warning
 * here. If the server itself ends, its supervisor logs an error.
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
