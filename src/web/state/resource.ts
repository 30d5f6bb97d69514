import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

export interface Resource<Data> {
  /** The last that came; it stays while a newer one is fetched, and if that fails. */
  readonly data: Data | undefined;
  /** Why the last attempt failed. */
  readonly error: Error | undefined;
  /** Fetches it anew. */
  readonly reload: () => void;
}

export interface ResourceOptions {
  /** Milliseconds after which it is fetched again, while somebody looks. */
  readonly every?: number;
}

interface State<Data> {
  readonly data: Data | undefined;
  readonly error: Error | undefined;
}

/**
 * Something of the server that a page shows: fetched when it appears, when `of` changes, and every so often.
 * @param of what it depends on: if the first entry changes it is something else, and the old data goes
 */
export function useResource<Data>(
  load: (signal: AbortSignal) => Promise<Data>,
  of: readonly unknown[],
  { every }: ResourceOptions = {},
): Resource<Data> {
  const [state, setState] = useState<State<Data>>({ data: undefined, error: undefined });
  const [turn, setTurn] = useState(0);
  const latest = useRef(load);
  latest.current = load;

  // Another subject: what is known of the one before says nothing of it.
  useEffect(() => setState({ data: undefined, error: undefined }), [of[0]]);

  useEffect(() => {
    const closing = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const fetchIt = async () => {
      try {
        const data = await latest.current(closing.signal);
        if (!closing.signal.aborted) setState({ data, error: undefined });
      } catch (error) {
        if (!closing.signal.aborted) setState(({ data }) => ({ data, error: error as Error }));
      }
      if (every !== undefined && !closing.signal.aborted) timer = setTimeout(next, every);
    };
    const next = () => (document.hidden ? document.addEventListener('visibilitychange', fetchIt, once) : fetchIt());
    const once = { once: true, signal: closing.signal };
    void fetchIt();
    return () => {
      closing.abort();
      clearTimeout(timer);
    };
  }, [...of, turn, every]);

  const reload = useCallback(() => setTurn((before) => before + 1), []);
  return { ...state, reload };
}
