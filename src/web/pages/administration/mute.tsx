import { useId } from 'preact/hooks';
import { counted } from '../../parts/words.js';
import { useDetectors } from '../../state/detectors.js';
import { CACHES } from '../../state/route.js';
import { answered, server } from '../../state/server.js';
import { Outcome, textOf, useAction } from './action.js';

/** Leaves a detector's observations out of the tables, or takes them in again. */
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
      return `${path.name} is ${kind}d: ${counted(count, 'observation')} ${kind === 'mute' ? 'left the tables' : 'came back'}.`;
    });
  };
  return (
    <>
      <h1>Mute a detector</h1>
      <p class="lead">
        A muted detector’s observations are kept, but count in no table. To unmute brings those back that have not
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
          <label for={cache}>In</label>
          <select id={cache} name="cache">
            <option value="">all caches</option>
            {CACHES.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </div>
        <div>
          <label for={reason}>Why</label>
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
