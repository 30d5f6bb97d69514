import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { FONT_FAMILY } from './drawing.js';

const { resolve } = createRequire(import.meta.url);

/** Pixels of the PNG for one of the SVG, for screens with a high resolution. */
export const SCALE = 1.6;

// The machine may have no fonts: these come with the server.
const FONTS = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((file) =>
  readFileSync(resolve(`dejavu-fonts-ttf/ttf/${file}`)),
);
const ready = initWasm(readFileSync(resolve('@resvg/resvg-wasm/index_bg.wasm')));

/** The PNG of an SVG. */
export async function rasterize(svg: string): Promise<Uint8Array> {
  await ready;
  const resvg = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: SCALE },
    font: { fontBuffers: FONTS, defaultFontFamily: FONT_FAMILY, sansSerifFamily: FONT_FAMILY },
  });
  const image = resvg.render();
  try {
    return image.asPng();
  } finally {
    image.free();
    resvg.free();
  }
}
