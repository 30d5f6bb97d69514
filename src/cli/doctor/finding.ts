/** What a look at one part of a set-up found. */
export interface Finding {
  /** `configuration`, `database`, `kafka`, … */
  readonly area: string;
  /** A fault keeps something from working; a warning is worth knowing. */
  readonly level: 'ok' | 'warning' | 'fault';
  /** What is, or what is wrong, in one line. */
  readonly what: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** Findings of one area. */
export function findingsOf(area: string) {
  return {
    ok: (what: string): Finding => ({ area, level: 'ok', what }),
    warning: (what: string, advice: string): Finding => ({ area, level: 'warning', what, advice }),
    fault: (what: string, advice: string): Finding => ({ area, level: 'fault', what, advice }),
  };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
