import { useId, useState } from 'preact/hooks';
import type { CacheName } from '../../../client/index.js';
import { Dialog } from '../../parts/dialog.js';
import { Fault } from '../../parts/note.js';
import { counted } from '../../parts/words.js';
import { useResource } from '../../state/resource.js';
import { CACHES, route } from '../../state/route.js';
import { answered, server } from '../../state/server.js';
import { ResetNotice } from '../reset-notice.js';
import { Outcome, textOf, useAction } from './action.js';

/** Of the last day's resets so many are listed. */
const MOST_SHOWN = 20;

/** Forgets a cache's observations. Whoever does it types the cache's name: a click alone is too easily made. */
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
        All observations of the cache leave its tables, and its events close. No alert is sent. What was received stays
        in the archive, and for 24 hours a reset can be undone.
      </p>
      <div class="buttons">
        {CACHES.map((cache) => (
          <button key={cache} type="button" class="danger" onClick={() => setAsked(cache)}>
            Reset {cache}
          </button>
        ))}
      </div>
      <Outcome action={action} />
      <Fault error={error} has={resets !== undefined} />
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
              return `The cache ${cache} was reset: it forgot ${counted(dropped, 'observation')}.`;
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
  const [reason, name] = [useId(), useId()];
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (typed === cache) onConfirm(textOf(event.currentTarget, 'reason'));
  };
  return (
    <Dialog title={`Reset the cache ${cache}?`} onClose={onClose}>
      {cache === 'live' && <p class="fault">This is the live sky. Coincidences that stand open are forgotten.</p>}
      {route.value.cache !== cache && <p>It is not the one on your screen.</p>}
      <form onSubmit={submit}>
        <label for={reason}>Why: it is recorded with your key’s name</label>
        <input id={reason} name="reason" required maxLength={1024} autocomplete="off" />
        <label for={name}>
          Type <strong>{cache}</strong> to confirm
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
          <button type="submit" class="danger" disabled={typed !== cache}>
            Reset {cache}
          </button>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}
