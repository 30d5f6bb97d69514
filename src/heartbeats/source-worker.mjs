// The thread of pictures.ts where the service runs from its TypeScript source: Node 20 has no other way to tell a thread
// how to read it. Not in the build.
import { register } from 'tsx/esm/api';

register();
export const { svg, png } = await import('./picture-worker.ts');
