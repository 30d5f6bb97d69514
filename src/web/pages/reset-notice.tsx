import { useState } from 'preact/hooks';
import type { components } from '../../client/index.js';
import { Dialog } from '../parts/dialog.js';
import { agoText, cacheText, counted, dateTimeText } from '../parts/words.js';
import { now } from '../state/clock.js';
import { answered, isAdmin, server } from '../state/server.js';
import { Outcome, useAction } from './administration/action.js';

type Reset = components['schemas']['Reset'];

const SHOWN_MILLISECONDS = 24 * 3_600_000;

/** A reset of the last day, which an administrator can undo. */
export function ResetNotice({ reset, onUndone }: { reset: Reset; onUndone?: () => void }) {
  const [isAsked, setAsked] = useState(false);
  const [answer, setAnswer] = useState<Reset | undefined>(undefined);
  const action = useAction();
  const undo = (answer?.id === reset.id ? answer.undo : null) ?? reset.undo;
  const done = Date.parse(reset.time_utc);
  if (now.value - done > SHOWN_MILLISECONDS) return null;
  const confirm = async () => {
    setAsked(false);
    const isDone = await action.run(async () => {
      const path = { id: reset.id };
      const undone = await answered(server.peek().POST('/v1/admin/resets/{id}/undo', { params: { path } }));
      setAnswer(undone);
      return undoText(undone.undo);
    });
    if (isDone) onUndone?.();
  };
  const title = cacheText(reset.cache);
  return (
    <section class="reset-notice" aria-label={`Reset of ${title}`}>
      <p>
        <strong>
          {title} was reset {agoText(done, now.value)}
        </strong>{' '}
        ({dateTimeText(reset.time_utc)} UTC) by {reset.actor}: {reset.reason}. It removed{' '}
        {counted(reset.dropped, 'observation')}.
      </p>
      {undo !== null ? (
        <p>{undoText(undo)}</p>
      ) : isAdmin.value && Date.parse(reset.undo_until) > now.value ? (
        <button type="button" disabled={action.isRunning} onClick={() => setAsked(true)}>
          Undo the reset
        </button>
      ) : (
        <p class="quiet-note">An administrator can undo it until {dateTimeText(reset.undo_until)} UTC.</p>
      )}
      {action.outcome?.isError === true && <Outcome action={action} />}
      {isAsked && (
        <Dialog title={`Undo the reset of ${title}?`} onClose={() => setAsked(false)}>
          <p>
            The observations are restored, except those that have expired or were retracted since. Coincidences among
            them raise alerts again.
          </p>
          <div class="buttons">
            <button type="button" class="danger" onClick={() => void confirm()}>
              Undo the reset
            </button>
            <button type="button" onClick={() => setAsked(false)}>
              Cancel
            </button>
          </div>
        </Dialog>
      )}
    </section>
  );
}

function undoText(undo: Reset['undo']): string {
  if (undo === null) return '';
  const result = `${counted(undo.restored, 'observation')} restored, ${counted(undo.alerts, 'alert')} raised`;
  return undo.done_at === null ? `It is being undone: ${result} so far.` : `It was undone by ${undo.actor}: ${result}.`;
}
