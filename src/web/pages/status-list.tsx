import { type ShownDetectorStatus, StatusMark } from '../parts/marks.js';
import { ErrorNote, Loading } from '../parts/note.js';
import { useDetectors } from '../state/detectors.js';
import { linkTo } from '../state/route.js';

const ORDER: readonly ShownDetectorStatus[] = ['ON', 'LATE', 'OFF', 'UNKNOWN'];
const WORDS: Readonly<Record<ShownDetectorStatus, string>> = { ON: 'on', LATE: 'late', OFF: 'off', UNKNOWN: 'unknown' };

/** Every detector with its status. */
export function StatusList() {
  const { data, error } = useDetectors();
  if (data === undefined) return error === undefined ? <Loading /> : <ErrorNote error={error} />;
  const counts = ORDER.map((status) => ({ status, count: data.filter((one) => one.status === status).length }));
  return (
    <>
      <ErrorNote error={error} has />
      <p class="status-counts">
        {counts.map(({ status, count }) => (
          <span key={status}>
            <StatusMark status={status} /> {count} {WORDS[status]}
          </span>
        ))}
      </p>
      <ul class="status-list">
        {data
          .toSorted((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status) || a.name.localeCompare(b.name))
          .map(({ name, status }) => (
            <li key={name}>
              <a href={linkTo('detectors', name)}>
                <StatusMark status={status} />
                <bdi>{name}</bdi>
                <span class="unseen-text">, {WORDS[status]}</span>
              </a>
            </li>
          ))}
      </ul>
    </>
  );
}
