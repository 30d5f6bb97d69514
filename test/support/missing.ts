/**
 * A program that tests need is not on this machine: in CI that fails, elsewhere those tests are skipped, loudly.
 *
 * @throws where CI is set: a green run there must have run everything
 */
export function missing(what: string, remedy: string): undefined {
  const message = `${what} is missing, so the tests that need it can't run: ${remedy}`;
  if (process.env.CI) throw new Error(message);
  process.stderr.write(`\n${'!'.repeat(100)}\n${message}\n${'!'.repeat(100)}\n\n`);
  return undefined;
}
