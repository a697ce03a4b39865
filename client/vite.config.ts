import { reactRouter } from '@react-router/dev/vite'
import { defineConfig } from 'vite'

/** What every page runs, for all readers. */
const framework =
  /node_modules[\\/](?:react|react-dom|react-router|scheduler|cookie|set-cookie-parser)[\\/]|rolldown[\\/]runtime/
/** What reading pages are made of: a reader gets it with the first page, in one file. */
const reading =
  /client[\\/]app[\\/](?:root\.tsx|features[\\/](?:page|past|posts|comments|search[\\/]use-search-key|moderation[\\/]take-down\.tsx))|contracts[\\/]src|vite[\\/](?:modulepreload-polyfill|preload-helper)/

export default defineConfig({
  root: import.meta.dirname,
  plugins: [reactRouter()],
  build: {
    // Fonts and pictures in data: addresses would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    // Browsers that know light-dark(); lowered, it would no longer follow the reader's own choice of theme.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
  },
  environments: {
    client: {
      build: {
        rolldownOptions: {
          output: {
            codeSplitting: {
              groups: [
                { name: 'framework', test: framework, priority: 2 },
                { name: 'reading', test: reading, priority: 1 },
              ],
            },
          },
        },
      },
    },
    ssr: { build: { rolldownOptions: { input: './server/app.ts' } } },
  },
})
