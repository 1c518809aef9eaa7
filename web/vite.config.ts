import { defineConfig } from 'vite';

// The page is built for its users, also by a process that runs for a test: with another value its code is a developer's, and a tenth larger.
// biome-ignore lint/style/noProcessEnv: where the bundler reads it
process.env.NODE_ENV = 'production';

/**
 * Builds the page into web/dist; assets carry their hash in the name. A browser asks for six files at once and no more: what every page
 * needs is one file, what several pages share is few.
 */
export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    reportCompressedSize: true,
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
