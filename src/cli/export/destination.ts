import { once } from 'node:events';
import { open, rename, rm } from 'node:fs/promises';
import type { TerminalOutput } from '../terminal.js';

/** Where an export goes. */
export interface ExportTarget {
  /** Resolves when there is room for more. */
  write(text: string): Promise<void>;
  /** All is there. */
  finish(): Promise<void>;
  /** Something of it is missing. */
  abandon(): Promise<void>;
}

/** A stream takes what it gets: whoever reads it must look at the exit code. */
export function toStream(out: TerminalOutput): ExportTarget {
  return {
    async write(text) {
      if (!out.write(text)) await once(out, 'drain');
    },
    finish: async () => undefined,
    abandon: async () => undefined,
  };
}

/** A file is there when all is in it, and until then what was there before. */
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
