import { defineConfig } from 'vite';
import { fileURLToPath } from 'node:url';
import { compressed } from './vite.compress';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// ES2018 and the CSS of the same years: the phone that grandmother inherited must open this page.
export default defineConfig({
  root: here('src/chat'),
  base: '/chat/',
  publicDir: false,
  plugins: [compressed(here('dist/chat'))],
  build: {
    outDir: here('dist/chat'),
    emptyOutDir: true,
    target: 'es2018',
    cssTarget: 'chrome64',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { '/chat/api': 'http://127.0.0.1:8080' } },
});
