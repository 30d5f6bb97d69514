/** An optional npm package is not installed. The message tells how to install it. */
export class MissingPackage extends Error {
  override readonly name = 'MissingPackage';
}

/**
 * Loads a module on use whose npm packages are optional dependencies.
 * @param feature what needs them, as the subject of a sentence
 * @throws MissingPackage
 */
export async function loadOptional<Module>(feature: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    const name = missingPackage(error);
    if (name === undefined) throw error;
    throw new MissingPackage(
      `${feature} needs the npm package ${name}, which is not installed: run "npm ci" without --omit=optional.`,
      { cause: error },
    );
  }
}

/** The package that Node.js did not find; undefined for other errors, also of modules of our own. */
function missingPackage(error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error)) return undefined;
  if (error.code !== 'ERR_MODULE_NOT_FOUND' && error.code !== 'MODULE_NOT_FOUND') return undefined;
  return /^Cannot find (?:package|module) '((?:@[^/']+\/)?[^./'][^/']*)/.exec(error.message)?.[1];
}
