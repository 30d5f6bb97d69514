import type { TestProject } from 'vitest/node';
import { pythonEnvironment } from './python/environment.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The Python that has the collaboration's clients; undefined where it can't be had: skip then. */
    python: string | undefined;
  }
}

/** Installs the collaboration's Python clients once, before the tests that run them. */
export default async function setup(project: TestProject): Promise<void> {
  project.provide('python', await pythonEnvironment('clients'));
}
