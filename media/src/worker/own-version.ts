import { readFileSync } from 'node:fs'
import type { ClaimWork } from '@logbook/contracts/http/media.ts'
import { filterKind } from '../domain/kinds.ts'
import { filters } from '../make/filters.ts'

const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
const { version } = JSON.parse(manifest) as { version: string }

/** Which version this worker is, and what it knows to do. */
export const ownVersion: Omit<ClaimWork, 'worker'> = {
  version,
  kinds: ['link', 'upload', 'crop', 'portrait', ...Object.keys(filters).map(filterKind)],
}
