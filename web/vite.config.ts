import { defineConfig } from 'vite';

/**
 * Builds the page into web/dist; assets carry their hash in the name. A browser asks for six files at once and no more: what every page
 * needs is one file, what several pages share is few.
 */
export default defineConfig({
  root: import.meta.dirname,
  // For its users also where the process that builds it runs for a test: a developer's code is a tenth larger.
  oxc: { jsx: { development: false } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    // Says which files the code of each page is in: the service names them with the page.
    manifest: 'manifest.json',
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'console', tags: ['$initial'], priority: 2 },
            { name: 'parts', test: /src\/(ui|state|model|data)\//, minShareCount: 4, priority: 1 },
            { name: 'shared', minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: 4_000 },
          ],
        },
      },
    },
  },
});
