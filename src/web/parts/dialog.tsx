import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

/** A modal dialog. The browser keeps the focus in it, and the focus returns to where it was. */
export function Dialog({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();

  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);

  // Closed at once: the event of the browser comes later, and a key pressed in between would be lost.
  const cancel = (event: Event) => {
    event.preventDefault();
    element.current?.close();
    onClose();
  };
  /** Some browsers close a dialog without a cancel event. */
  const closed = (event: Event) => {
    if (event.currentTarget === element.current) onClose();
  };

  return (
    <dialog ref={element} aria-labelledby={heading} onCancel={cancel} onClose={closed}>
      <h2 id={heading}>{title}</h2>
      {children}
    </dialog>
  );
}
