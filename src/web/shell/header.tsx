import { useState } from 'preact/hooks';
import { cacheText } from '../parts/words.js';
import { CACHES, linkTo, linkToCache, PAGES, type PageName, route } from '../state/route.js';
import { access, isAdmin, key, keyError } from '../state/server.js';
import { isSoundOn, toggleSound } from '../state/sound.js';
import { theme, toggleTheme } from '../state/theme.js';
import { KeyDialog } from './key-dialog.js';
import { StatusBar } from './status-bar.js';

const PAGE_NAMES: Readonly<Record<PageName, string>> = {
  now: 'Now',
  events: 'Events',
  'sub-groups': 'Sub-groups',
  detectors: 'Detectors',
  rates: 'Rates',
  shadow: 'Shadow',
  administration: 'Administration',
};

export function Header() {
  return (
    <header class="header">
      <div class="header-row">
        <a class="brand" href={linkTo('now')}>
          <Star />
          <span class="brand-name">SNEWS</span>
          <span class="brand-more">coincidence server</span>
        </a>
        <CacheSwitch />
        <div class="tools">
          <button type="button" class="tool" aria-pressed={isSoundOn.value} onClick={toggleSound}>
            {isSoundOn.value ? 'Sound on' : 'Sound off'}
          </button>
          <button type="button" class="tool" onClick={toggleTheme}>
            {theme.value === 'dark' ? 'Light' : 'Dark'}
          </button>
          <KeyButton />
        </div>
      </div>
      <div class="header-row">
        <Navigation />
        <StatusBar />
      </div>
    </header>
  );
}

function Star() {
  return (
    <svg class="star" viewBox="0 0 40 40" aria-hidden="true">
      <path d="M20 4v8M20 28v8M4 20h8M28 20h8M8.7 8.7l5.6 5.6M25.7 25.7l5.6 5.6M8.7 31.3l5.6-5.6M25.7 14.3l5.6-5.6" />
      <circle cx="20" cy="20" r="4" />
    </svg>
  );
}

function CacheSwitch() {
  const { cache: shown } = route.value;
  return (
    <nav class="cache-switch" aria-label="Caches">
      {CACHES.map((cache) => (
        <a
          key={cache}
          class={`cache-${cache}`}
          href={linkToCache(cache)}
          aria-current={cache === shown ? 'true' : undefined}
        >
          {cacheText(cache)}
        </a>
      ))}
    </nav>
  );
}

function Navigation() {
  const { page: shown } = route.value;
  return (
    <nav class="navigation" aria-label="Pages">
      {PAGES.filter((page) => page !== 'administration' || isAdmin.value).map((page) => (
        <a key={page} href={linkTo(page)} aria-current={page === shown ? 'page' : undefined}>
          {PAGE_NAMES[page]}
        </a>
      ))}
    </nav>
  );
}

function KeyButton() {
  const [isOpen, setOpen] = useState(false);
  const role = access.value?.role;
  const text = key.value === undefined ? 'Enter key' : `Key: ${role ?? '…'}`;
  return (
    <>
      <button
        type="button"
        class={`tool ${keyError.value === undefined ? '' : 'tool-error'}`}
        onClick={() => setOpen(true)}
      >
        {text}
      </button>
      {isOpen && <KeyDialog onClose={() => setOpen(false)} />}
    </>
  );
}
