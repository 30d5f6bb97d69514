import type { ComponentChildren } from 'preact';
import { SnewsError } from '../../client/snews-error.js';
import { access, mayRead } from '../state/server.js';

/** The error for which something is missing or out of date. */
export function ErrorNote({ error, has = false }: { error: Error | undefined; has?: boolean }) {
  if (error === undefined) return null;
  const text = error instanceof SnewsError ? error.message : 'The server does not answer.';
  return (
    <p class="error" role="status">
      {has ? 'This may be out of date. ' : ''}
      {text}
    </p>
  );
}

interface LoadedProps<Data> {
  readonly data: Data | undefined;
  readonly error: Error | undefined;
  children(data: Data): ComponentChildren;
}

/** Content made from data, once it is there. */
export function Loaded<Data>({ data, error, children }: LoadedProps<Data>) {
  if (data === undefined) return error === undefined ? <Loading /> : <ErrorNote error={error} />;
  return (
    <>
      <ErrorNote error={error} has />
      {children(data)}
    </>
  );
}

/** Content that requires a key that can read, or a note that says so. */
export function ForReaders({ children }: { children: ComponentChildren }) {
  if (mayRead.value) return <>{children}</>;
  if (access.value === undefined) return <p class="quiet-note">Connecting to the server…</p>;
  return (
    <p class="quiet-note">This requires a reader or admin key (“Enter key” above). Live alerts do not require a key.</p>
  );
}

export function Loading() {
  return <p class="quiet-note">Loading…</p>;
}
