import type { ComponentChildren } from 'preact';
import { SnewsError } from '../../client/snews-error.js';
import { access, mayRead } from '../state/server.js';

/** Why something isn't here, or may be old. */
export function Fault({ error, has = false }: { error: Error | undefined; has?: boolean }) {
  if (error === undefined) return null;
  const text = error instanceof SnewsError ? error.message : 'The server gives no answer.';
  return (
    <p class="fault" role="status">
      {has ? 'What you see may be old. ' : ''}
      {text}
    </p>
  );
}

/** What only readers may see, or how to become one. */
export function ForReaders({ children }: { children: ComponentChildren }) {
  if (mayRead.value) return <>{children}</>;
  if (access.value === undefined) return <p class="quiet-note">Asking the server…</p>;
  return (
    <p class="quiet-note">This asks for a reader or admin key: “Enter key”, above. Alerts of the live sky need none.</p>
  );
}

export function Loading() {
  return <p class="quiet-note">Loading…</p>;
}
