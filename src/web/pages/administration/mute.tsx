import { useId } from 'preact/hooks';
import { cacheText, counted } from '../../parts/words.js';
import { useDetectors } from '../../state/detectors.js';
import { CACHES } from '../../state/route.js';
import { answered, server } from '../../state/server.js';
import { Outcome, textOf, useAction } from './action.js';

/** Mutes and unmutes detectors. */
export function Mute() {
  const detectors = useDetectors().data ?? [];
  const [name, cache, reason] = [useId(), useId(), useId()];
  const action = useAction();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const kind = event.submitter?.getAttribute('value') === 'unmute' ? 'unmute' : 'mute';
    const path = { name: textOf(form, 'detector') };
    const chosen = CACHES.find((one) => one === textOf(form, 'cache'));
    const body = { reason: textOf(form, 'reason'), cache: chosen ?? null };
    await action.run(async () => {
      const request = { params: { path }, body };
      const { caches } = await answered(
        kind === 'mute'
          ? server.peek().POST('/v1/admin/detectors/{name}/mute', request)
          : server.peek().POST('/v1/admin/detectors/{name}/unmute', request),
      );
      const count = caches.reduce((sum, { observations }) => sum + observations.length, 0);
      return `${path.name} is ${kind}d; ${counted(count, 'observation')} ${kind === 'mute' ? 'removed from sub-groups' : 'restored'}.`;
    });
  };
  return (
    <>
      <h1>Mute a detector</h1>
      <p class="lead">
        Observations of a muted detector are stored, but are in no sub-group. Unmuting restores those that have not
        expired.
      </p>
      <form class="line-form" onSubmit={submit}>
        <div>
          <label for={name}>Detector</label>
          <select id={name} name="detector" required>
            {detectors.map((one) => (
              <option key={one.name}>{one.name}</option>
            ))}
          </select>
        </div>
        <div>
          <label for={cache}>Cache</label>
          <select id={cache} name="cache">
            <option value="">All</option>
            {CACHES.map((one) => (
              <option key={one} value={one}>
                {cacheText(one)}
              </option>
            ))}
          </select>
        </div>
        <div>
          <label for={reason}>Reason</label>
          <input id={reason} name="reason" required maxLength={1024} autocomplete="off" />
        </div>
        <button type="submit" value="mute" class="danger" disabled={action.isRunning}>
          Mute
        </button>
        <button type="submit" value="unmute" disabled={action.isRunning}>
          Unmute
        </button>
      </form>
      <Outcome action={action} />
    </>
  );
}
