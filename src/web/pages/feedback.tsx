import { counted } from '../parts/words.js';
import { answered, maySendFor, server } from '../state/server.js';
import { Outcome, useAction } from './administration/action.js';

/** Sends feedback about a detector's heartbeats to its contacts; only with a key that permits it. */
export function Feedback({ name }: { name: string }) {
  const action = useAction();
  if (!maySendFor(name)) return null;
  const send = () =>
    action.run(async () => {
      const request = server.peek().POST('/v1/detectors/{name}/feedback', { params: { path: { name } }, body: {} });
      const { recipients } = await answered(request);
      return `The feedback is being sent to ${counted(recipients, 'contact')}.`;
    });
  return (
    <>
      <div class="buttons">
        <button type="button" disabled={action.isRunning} onClick={send}>
          Send feedback by e-mail
        </button>
        <span class="minor">
          The last 24 h as text and picture, to all contacts of the detector; at most once a minute.
        </span>
      </div>
      <Outcome action={action} />
    </>
  );
}
