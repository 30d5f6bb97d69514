/**
 * Builds the thread that draws pictures of heartbeats into one file with the parts of ECharts that it uses: the whole of
 * ECharts is 70 MB, which a production installation then does not need.
 */
import { fileURLToPath } from 'node:url';

export default {
  root: fileURLToPath(new URL('..', import.meta.url)),
  publicDir: false,
  build: {
    ssr: 'src/heartbeats/picture-worker.ts',
    outDir: 'dist/pictures',
    emptyOutDir: true,
    target: 'node20',
    minify: true,
  },
  ssr: { noExternal: ['echarts', 'zrender', 'tslib'] },
};
