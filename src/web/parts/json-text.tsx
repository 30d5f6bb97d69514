const SHORT = 240;

/** Any value as one line of JSON; a long one opens on demand. */
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
