import { once } from 'node:events';
import { open, rename, rm } from 'node:fs/promises';
import type { TerminalOutput } from '../terminal.js';

/** The output of an export. */
export interface ExportTarget {
  /** Resolves when more can be written. */
  write(text: string): Promise<void>;
  /** The export is complete. */
  finish(): Promise<void>;
  /** The export is incomplete. */
  abandon(): Promise<void>;
}

/** What was written to a stream cannot be removed: its reader must check the exit code. */
export function toStream(out: TerminalOutput): ExportTarget {
  return {
    async write(text) {
      if (!out.write(text)) await once(out, 'drain');
    },
    finish: async () => undefined,
    abandon: async () => undefined,
  };
}

/** The file is replaced when the export is complete. */
export async function toFile(path: string): Promise<ExportTarget> {
  const partial = `${path}.${process.pid}.partial`;
  const file = await open(partial, 'wx');
  return {
    async write(text) {
      await file.appendFile(text);
    },
    async finish() {
      await file.sync();
      await file.close();
      await rename(partial, path);
    },
    async abandon() {
      await file.close();
      await rm(partial, { force: true });
    },
  };
}
