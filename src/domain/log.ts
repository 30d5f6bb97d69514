/** Writes a line of the service's log: fields, and the event's name such as `kafka:dead-letter`. pino's loggers are such logs. */
type LogLine = (fields: object, event: string) => void;

/** The part of a logger that the service uses. */
export interface Log {
  debug: LogLine;
  info: LogLine;
  warn: LogLine;
  error: LogLine;
}

/** A log that writes nothing. */
export const NO_LOG: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
