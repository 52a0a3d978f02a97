import { defineConfig } from 'vite';
import { fileURLToPath } from 'node:url';
import { compressed } from './vite.compress';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Assets are never inlined: the page's Content-Security-Policy wants everything as files of our own.
export default defineConfig({
  root: here('src/console'),
  base: '/',
  publicDir: false,
  plugins: [compressed(here('dist/console'))],
  build: {
    outDir: here('dist/console'),
    emptyOutDir: true,
    target: 'es2020',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8081' } },
});
