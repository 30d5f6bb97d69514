import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

export interface Resource<Data> {
  /** The last data; it stays while newer data is fetched, and if that fails. */
  readonly data: Data | undefined;
  /** Why the last attempt failed. */
  readonly error: Error | undefined;
  /** Fetches it again. */
  readonly reload: () => void;
}

export interface ResourceOptions {
  /** Milliseconds after which it is fetched again while the page is visible. */
  readonly every?: number;
}

interface State<Data> {
  readonly data: Data | undefined;
  readonly error: Error | undefined;
}

/**
 * Data of the server that a page shows. It is fetched when the page appears, when `of` changes, and at an interval.
 * @param of what it depends on; if the first entry changes, the old data is removed
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

  // The data of another subject is removed.
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
