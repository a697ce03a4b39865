import { reactRouter } from '@react-router/dev/vite'
import { defineConfig } from 'vite'

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
    ssr: { build: { rolldownOptions: { input: './server/app.ts' } } },
  },
})
