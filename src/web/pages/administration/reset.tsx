import { useId, useState } from 'preact/hooks';
import type { CacheName } from '../../../client/index.js';
import { Dialog } from '../../parts/dialog.js';
import { ErrorNote } from '../../parts/note.js';
import { cacheText, counted } from '../../parts/words.js';
import { useResource } from '../../state/resource.js';
import { CACHES, route } from '../../state/route.js';
import { answered, server } from '../../state/server.js';
import { ResetNotice } from '../reset-notice.js';
import { Outcome, textOf, useAction } from './action.js';

/** The number of resets of the last day that are listed. */
const MOST_SHOWN = 20;

/** Resets a cache. It must be confirmed by typing the name of the cache, so that a click alone is not enough. */
export function Reset() {
  const [asked, setAsked] = useState<CacheName | undefined>(undefined);
  const action = useAction();
  const {
    data: resets,
    error,
    reload,
  } = useResource(
    async (signal) =>
      await answered(server.peek().GET('/v1/admin/resets', { params: { query: { limit: MOST_SHOWN } }, signal })),
    ['resets'],
  );
  return (
    <>
      <h1>Reset a cache</h1>
      <p class="lead">
        All observations of the cache are removed from its sub-groups, and its events are closed. No alert is sent.
        Received messages are kept, and the reset can be undone for 24 hours.
      </p>
      <div class="buttons">
        {CACHES.map((cache) => (
          <button key={cache} type="button" class="danger" onClick={() => setAsked(cache)}>
            Reset {cacheText(cache)}
          </button>
        ))}
      </div>
      <Outcome action={action} />
      <ErrorNote error={error} has={resets !== undefined} />
      {resets?.items.map((reset) => (
        <ResetNotice key={reset.id} reset={reset} onUndone={reload} />
      ))}
      {asked !== undefined && (
        <ResetDialog
          cache={asked}
          onClose={() => setAsked(undefined)}
          onConfirm={async (reason) => {
            const cache = asked;
            setAsked(undefined);
            await action.run(async () => {
              const body = { cache, reason };
              const { dropped } = await answered(server.peek().POST('/v1/admin/reset', { body }));
              return `${cacheText(cache)} was reset: ${counted(dropped, 'observation')} removed.`;
            });
            reload();
          }}
        />
      )}
    </>
  );
}

interface ResetDialogProps {
  readonly cache: CacheName;
  onClose(): void;
  onConfirm(reason: string): void;
}

function ResetDialog({ cache, onClose, onConfirm }: ResetDialogProps) {
  const [typed, setTyped] = useState('');
  const title = cacheText(cache);
  const isConfirmed = typed.trim().toLowerCase() === title.toLowerCase();
  const [reason, name] = [useId(), useId()];
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (isConfirmed) onConfirm(textOf(event.currentTarget, 'reason'));
  };
  return (
    <Dialog title={`Reset ${title}?`} onClose={onClose}>
      {cache === 'live' && <p class="error">This is Live: its open coincidences are removed.</p>}
      {route.value.cache !== cache && <p>This is not the cache on your screen.</p>}
      <form onSubmit={submit}>
        <label for={reason}>Reason, for the audit log</label>
        <input id={reason} name="reason" required maxLength={1024} autocomplete="off" />
        <label for={name}>
          Type <strong>{title}</strong> to confirm
        </label>
        <input
          id={name}
          name="cache"
          required
          autocomplete="off"
          spellcheck={false}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <div class="buttons">
          <button type="submit" class="danger" disabled={!isConfirmed}>
            Reset {title}
          </button>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}
