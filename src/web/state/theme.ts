import { computed, effect, signal } from '@preact/signals';

export type Theme = 'dark' | 'light';
const STORED_AS = 'snews-theme';

const prefersLight = matchMedia('(prefers-color-scheme: light)');
const preferred = signal<Theme>(prefersLight.matches ? 'light' : 'dark');
prefersLight.addEventListener('change', ({ matches }) => {
  preferred.value = matches ? 'light' : 'dark';
});

const stored = localStorage.getItem(STORED_AS);
/** The theme chosen on this machine; undefined: that of the system. */
const chosen = signal<Theme | undefined>(stored === 'dark' || stored === 'light' ? stored : undefined);

export const theme = computed<Theme>(() => chosen.value ?? preferred.value);

effect(() => {
  document.documentElement.dataset['theme'] = theme.value;
});

export function toggleTheme(): void {
  chosen.value = theme.value === 'dark' ? 'light' : 'dark';
  localStorage.setItem(STORED_AS, chosen.value);
}
