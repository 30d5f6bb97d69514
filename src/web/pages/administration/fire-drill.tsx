import { useId, useState } from 'preact/hooks';
import { drillMessages } from '../../../domain/scenarios/drill.js';
import { OFFICIAL } from '../../../domain/scenarios/official.js';
import { counted } from '../../parts/words.js';
import { linkTo } from '../../state/route.js';
import { answered, server } from '../../state/server.js';
import { Outcome, useAction } from './action.js';

/** Sends an official scenario to the fire-drill cache, as the detectors would send it. */
export function FireDrill() {
  const [place, setPlace] = useState(0);
  const field = useId();
  const action = useAction();
  const scenario = OFFICIAL[place] ?? OFFICIAL[0];
  if (scenario === undefined) return null;
  const start = () =>
    action.run(async () => {
      let alerts = 0;
      for (const body of drillMessages(scenario, Date.now())) {
        alerts += (await answered(server.peek().POST('/v1/observations', { body }))).alerts.length;
      }
      return `“${scenario.name}” was sent and raised ${counted(alerts, 'alert')}.`;
    });
  return (
    <>
      <h1>Fire drill</h1>
      <p class="lead">
        Sends one of the collaboration’s scenarios to Fire drill, with times just before now. Readers of fire-drill
        alerts receive its alerts.
      </p>
      <label for={field}>Scenario</label>
      <select id={field} value={String(place)} onChange={(event) => setPlace(Number(event.currentTarget.value))}>
        {OFFICIAL.map(({ name }, i) => (
          <option key={name} value={String(i)}>
            {name}
          </option>
        ))}
      </select>
      <p>
        {scenario.shows} {counted(scenario.observations.length, 'message')}.
      </p>
      <p class="minor">Expected in an empty cache: {scenario.expect.complete.text}</p>
      <div class="buttons">
        <button type="button" class="primary" disabled={action.isRunning} onClick={start}>
          Start the drill
        </button>
        <a class="action" href={linkTo('now', undefined, 'firedrill')}>
          Show the drill
        </a>
      </div>
      <Outcome action={action} />
    </>
  );
}
