import { counted } from '../parts/words.js';
import { answered, maySendFor, server } from '../state/server.js';
import { Outcome, useAction } from './administration/action.js';

/** Mails a detector's contacts how its heartbeats of the last 24 h came in; only with a key that may ask for it. */
export function Feedback({ name }: { name: string }) {
  const action = useAction();
  if (!maySendFor(name)) return null;
  const mail = () =>
    action.run(async () => {
      const request = server.peek().POST('/v1/detectors/{name}/feedback', { params: { path: { name } }, body: {} });
      const { recipients } = await answered(request);
      return `It is on its way to ${counted(recipients, 'contact')}.`;
    });
  return (
    <>
      <div class="buttons">
        <button type="button" disabled={action.isRunning} onClick={mail}>
          Mail this to its contacts
        </button>
        <span class="minor">The last 24 h as text and picture, to all registered contacts; at most once a minute.</span>
      </div>
      <Outcome action={action} />
    </>
  );
}
