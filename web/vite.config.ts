import { defineConfig } from 'vite';

/** Builds the page into web/dist; assets carry their hash in the name. */
export default defineConfig({
  root: import.meta.dirname,
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0, reportCompressedSize: true },
});
