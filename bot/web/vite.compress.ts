import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Lays a compressed twin beside every text file, which the server sends to whoever accepts it. */
export function compressed(folder: string): Plugin {
  return {
    name: 'compressed-twins',
    apply: 'build',
    closeBundle() {
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(?:html|js|css|svg)$/u.test(name)) continue;
        const bytes = readFileSync(join(folder, name));
        const small = gzipSync(bytes, { level: 9 });
        if (small.length < bytes.length) writeFileSync(join(folder, `${name}.gz`), small);
      }
    },
  };
}
