import { fill } from './fill.js';
import { compiled } from './compiled.js';
const { migrate } = await import('../dist/database/migrations.js' as string);
const { foundCaches } = await import('../dist/cache/found.js' as string);
const url='postgresql://postgres@127.0.0.1:5599/fill';
await migrate(url); await foundCaches(url,'complete',10_000_000_000n);
await fill(url, 1_000_000, 3, (d)=>console.log(d, new Date().toISOString()));
