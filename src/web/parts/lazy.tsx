import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ErrorNote, Loading } from './note.js';

/** A component that is loaded when it is first shown. */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined;
  return (props: Props) => {
    // A component is a function, which useState would call.
    const [, setLoaded] = useState(() => loaded);
    const [error, setError] = useState<Error | undefined>(undefined);
    useEffect(() => {
      if (loaded !== undefined) return;
      load().then((component) => {
        loaded = component;
        setLoaded(() => component);
      }, setError);
    }, []);
    if (loaded === undefined) return error === undefined ? <Loading /> : <ErrorNote error={error} />;
    const Component = loaded;
    return <Component {...props} />;
  };
}
