/** The result of one check. */
export interface Finding {
  /** `configuration`, `database`, `kafka`, … */
  readonly area: string;
  /** With an error something does not work; with a warning it works now, and may not later. */
  readonly level: 'ok' | 'warning' | 'error';
  /** The state, or what is wrong, in one line. */
  readonly what: string;
  /** What to do. */
  readonly advice?: string;
}

/** Makes the findings of one area. */
export function findingsOf(area: string) {
  return {
    ok: (what: string): Finding => ({ area, level: 'ok', what }),
    warning: (what: string, advice: string): Finding => ({ area, level: 'warning', what, advice }),
    error: (what: string, advice: string): Finding => ({ area, level: 'error', what, advice }),
  };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
