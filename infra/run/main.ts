import { enableCompileCache } from 'node:module'
import { compileCacheFolder } from './compile-cache.ts'

// Before the rest is loaded, so that the next start compiles nothing.
enableCompileCache(compileCacheFolder)
const { start } = await import('./command.ts')
await start()
