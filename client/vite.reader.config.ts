import { defineConfig } from 'vite'

/** The script of pages that are read, beside the application. What it loads on demand alone is a file of its own. */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  build: {
    outDir: 'build/client',
    emptyOutDir: false,
    manifest: '.vite/reader.json',
    modulePreload: false,
    rolldownOptions: { input: 'reader/main.ts' },
  },
})
