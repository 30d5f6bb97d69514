import { Option } from 'commander';
import { CACHE_NAMES, type CacheName } from '../../domain/cache-name.js';

/** `--cache live|firedrill|test`. */
export function cacheOption(description: string, initial: CacheName = 'live'): Option {
  return new Option('--cache <cache>', description).choices(CACHE_NAMES).default(initial);
}

/** `--cache live|firedrill|test|all`. */
export function cachesOption(description: string): Option {
  return new Option('--cache <cache>', description).choices([...CACHE_NAMES, 'all']).default('all');
}

export function cachesOf(choice: CacheName | 'all'): readonly CacheName[] {
  return choice === 'all' ? CACHE_NAMES : [choice];
}
