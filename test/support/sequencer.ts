import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { LONG_FILES } from './long-files.js';

/** The one with the longest files first. */
const PROJECTS = ['kafka', 'web', 'e2e', 'integration', 'unit'];

/**
 * Begins with what takes longest: at the end no worker is left alone with it. Then project by project, since a process
 * goes on to the next file only within its project.
 */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification) => {
      const found = LONG_FILES.findIndex((file) => moduleId.endsWith(`/${file}`));
      return found === -1 ? LONG_FILES.length + PROJECTS.indexOf(project.name) : found;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}
