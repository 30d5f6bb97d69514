import { useEffect, useState } from 'preact/hooks';
import { useResource } from '../state/resource.js';
import { fetchWithKey, mayRead } from '../state/server.js';
import { ErrorNote, Loading } from './note.js';

const EVERY_MILLISECONDS = 60_000;

/** The server's picture of a detector's heartbeats. It is fetched because its URL must not contain the key. */
export function HeartbeatPicture({ name }: { name: string }) {
  const path = `/v1/detectors/${encodeURIComponent(name)}/heartbeats.svg`;
  const load = async (signal: AbortSignal) => await (await fetchWithKey(path, 'image/svg+xml', signal)).blob();
  const { data, error } = useResource(load, [`${name} ${mayRead.value}`], { every: EVERY_MILLISECONDS });
  const [url, setUrl] = useState<string | undefined>(undefined);
  useEffect(() => {
    if (data === undefined) return undefined;
    const made = URL.createObjectURL(data);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [data]);
  if (data === undefined || url === undefined) return error === undefined ? <Loading /> : <ErrorNote error={error} />;
  return (
    <>
      <ErrorNote error={error} has />
      <img class="heartbeats" src={url} alt={`Heartbeats of ${name}: latency, intervals and status over time`} />
    </>
  );
}
