import { join } from 'node:path'

/** Where Node keeps compiled sources, so that the next start of any process of this checkout compiles nothing. */
export const compileCacheFolder = join(import.meta.dirname, '../../.cache/compile')
