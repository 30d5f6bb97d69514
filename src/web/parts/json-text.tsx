const SHORT = 240;

/** Anything that others sent, as one line of JSON; what is long opens on demand. */
export function JsonText({ value }: { value: unknown }) {
  const text = JSON.stringify(value);
  if (text.length <= SHORT) return <code class="meta">{text}</code>;
  return (
    <details>
      <summary>
        <code class="meta">{text.slice(0, SHORT)}…</code>
      </summary>
      <code class="meta">{text}</code>
    </details>
  );
}
