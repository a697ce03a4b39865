import { createHash } from 'node:crypto'
import { createReadStream, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Damaged, Refused } from '@logbook/chassis/start/command-line.ts'
import { z } from 'zod'
import { limits } from './limits.ts'

export const manifestName = 'manifest.json'
/** Names of the files of a backup, beside those of the folder `media`. */
export const names = {
  log: 'event-bus.sqlite',
  accounts: 'accounts.sqlite',
  subscriptions: 'subscriptions.sqlite',
  settings: 'settings.json',
  erasures: 'erasures.ndjson',
  media: 'media',
} as const

const fileEntry = z.strictObject({
  /** From the folder of the backup, with slashes. */
  path: z.string().min(1).max(4_000),
  bytes: z.number().int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

const manifestSchema = z.object({
  kind: z.literal('logbook-backup'),
  /** Raised where an older Logbook could not restore what a newer one wrote. */
  format: z.literal(1),
  madeAt: z.iso.datetime(),
  /** Of the Logbook that made it. */
  version: z.string().max(100),
  /** Which log, in which epoch, null in one from before logs had these; and where this copy ends: position and checksum of its last event. */
  log: z.object({
    id: z.string().nullable(),
    epoch: z.number().int().nullable(),
    head: z.number().int().min(0),
    checksum: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  accounts: z.object({
    people: z.number().int(),
    keys: z.number().int(),
    erased: z.number().int(),
    keysTried: z.boolean(),
  }),
  files: z.array(fileEntry),
})

export type FileEntry = z.infer<typeof fileEntry>
export type Manifest = z.infer<typeof manifestSchema>

const sha256Of = async (file: string): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

/** Runs a look at a file or folder; undefined where it is gone by now. */
export const unlessGone = <Result>(look: () => Result): Result | undefined => {
  try {
    return look()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Every file below a folder, by its path from there with slashes, in order. What is removed meanwhile is left out. Throws `Refused` for a link or
 * anything else that is no file.
 */
export const filesBelow = (folder: string): string[] => {
  const below = (way: string): string[] =>
    (unlessGone(() => readdirSync(join(folder, way), { withFileTypes: true })) ?? []).flatMap((entry) => {
      const path = way === '' ? entry.name : `${way}/${entry.name}`
      if (entry.isDirectory()) return below(path)
      if (entry.isFile()) return [path]
      throw new Refused(`${join(folder, path)} is neither a file nor a folder.`)
    })
  return below('').sort()
}

/** What stands in a folder, read from the disk. */
export const entriesOf = async (folder: string): Promise<FileEntry[]> => {
  const entries: FileEntry[] = []
  for (const path of filesBelow(folder)) {
    const file = join(folder, path)
    entries.push({ path, bytes: lstatSync(file).size, sha256: await sha256Of(file) })
  }
  return entries
}

export const writeManifest = (folder: string, manifest: Manifest): void =>
  writeFileSync(join(folder, manifestName), `${JSON.stringify(manifest, null, 2)}\n`, {
    mode: 0o600,
    flag: 'wx',
    flush: true,
  })

/** The manifest of a backup, its files not looked at. Throws `Refused` where there is none that this Logbook understands. */
export const readManifest = (folder: string): Manifest => {
  const file = join(folder, manifestName)
  const stat = lstatSync(file, { throwIfNoEntry: false })
  if (!stat?.isFile() || stat.size > limits.manifestBytesMax)
    throw new Refused(`${folder} is no backup of Logbook: it has no ${manifestName}.`)
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error)
    throw new Refused(`${file} is no manifest that this Logbook understands: ${why}`)
  }
}

/** Compares a backup with its manifest, every byte of it. Throws `Damaged` that names each file which differs, is missing, or was not in it. */
export const verifyFiles = async (folder: string, { files }: Manifest): Promise<void> => {
  const wanted = new Map(files.map((entry) => [entry.path, entry]))
  const faults: string[] = []
  for (const { path, bytes, sha256 } of await entriesOf(folder)) {
    const entry = wanted.get(path)
    wanted.delete(path)
    if (path === manifestName) continue
    if (entry === undefined) faults.push(`${path}: it is not in the manifest`)
    else if (entry.bytes !== bytes) faults.push(`${path}: ${bytes} bytes, the manifest says ${entry.bytes}`)
    else if (entry.sha256 !== sha256) faults.push(`${path}: its SHA-256 is another one`)
  }
  for (const path of wanted.keys()) faults.push(`${path}: it is missing`)
  if (faults.length > 0) throw new Damaged(`${folder} is not what was written:\n  ${faults.join('\n  ')}`)
}
