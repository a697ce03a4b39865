import { constants } from 'node:os'
import { makeFilesForOwnerOnly } from '@logbook/chassis/files/owner-only.ts'
import type { MediumAnswer } from '@logbook/contracts/http/media.ts'
import type { Manifest } from '@logbook/importer/logbook/manifest.ts'
import { Command, CommanderError } from 'commander'
import { ServiceFailed } from '../http/ask.ts'
import { askAccounts, NotNow, takeBackToken } from '../run/ask-accounts.ts'
import { addressOf } from '../run/services.ts'
import { readPlace } from '../run/settings.ts'
import { exportBlog, UnusableFolder } from './export-blog.ts'
import { openSource, throughGateway } from './read-blog.ts'

const exitCodes = { done: 0, notNow: 1, unusable: 2 } as const
const tokenDays = 1
/** Files for each line of progress. */
const mediaALine = 50

class Stopped extends Error {
  override name = 'Stopped'
  readonly exitCode: number
  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super('it was stopped, and wrote nothing')
    this.exitCode = 128 + constants.signals[signal]
  }
}

/** Aborted when the process is asked to end: what was begun is then taken back first. */
const whenAskedToEnd = (): AbortSignal => {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => stopping.abort(new Stopped(signal)))
  return stopping.signal
}

interface Options {
  url?: string
  media: boolean
  json: boolean
}

/** Runs with an owner's token: the one that is set, else one that is made here and taken back at the end. */
const asOwner = async (run: (token: string) => Promise<Manifest>): Promise<Manifest> => {
  const given = process.env.LOGBOOK_TOKEN
  if (given !== undefined && given !== '') return run(given)
  const place = readPlace(process.env)
  const wanted = { name: 'npm run export', role: 'owner', days: tokenDays }
  const { id, token } = (await askAccounts(place, '/operator/tokens', wanted)) as {
    id: string
    token: string
  }
  try {
    return await run(token)
  } finally {
    await takeBackToken(place, id).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error)
      process.stderr.write(`export: its API token could not be taken back, and ends in a day: ${why}\n`)
    })
  }
}

const summaryOf = ({ counts, leftOut }: Manifest, folder: string): string => {
  const lines = Object.entries(counts).map(
    ([name, count]) => `${name.padEnd(10)}${String(count).padStart(8)}`,
  )
  const left =
    leftOut.comments === 0
      ? []
      : [
          `left out  ${String(leftOut.comments).padStart(8)}  comments without a text: deleted, erased or taken down`,
        ]
  if (leftOut.media > 0)
    left.push(
      `left out  ${String(leftOut.media).padStart(8)}  pictures and files that were removed meanwhile`,
    )
  return `${[...lines, ...left, '', `Written to ${folder}. npm run import -- ${folder} brings it into another Logbook.`].join('\n')}\n`
}

/** Tells on a terminal how many pictures and files are written, now and then. */
const tellMedia = () => {
  let [count, bytes] = [0, 0]
  return (medium: MediumAnswer): void => {
    count += 1
    bytes += medium.bytes ?? 0
    if (count % mediaALine === 0)
      process.stderr.write(`${count} files, ${Math.round(bytes / 1_000_000)} MB\n`)
  }
}

const run = async (folder: string, { url, media, json }: Options): Promise<void> => {
  const base = (url ?? addressOf('gateway', readPlace(process.env))).replace(/\/+$/, '')
  const signal = whenAskedToEnd()
  const whole = throughGateway(base)
  const urls = media ? whole : { ...whole, media: undefined }
  const written = await asOwner((token) =>
    exportBlog(openSource({ urls, authorization: `Bearer ${token}`, signal }), {
      folder,
      now: new Date(),
      ...(json ? {} : { onMedium: tellMedia() }),
    }),
  )
  process.stdout.write(json ? `${JSON.stringify(written, null, 2)}\n` : summaryOf(written, folder))
}

const command = new Command('npm run export --')
  .description(
    'Writes every post, page, draft and comment of a running blog, and its pictures and files, into a new folder, as Markdown and YAML that Jekyll and other programs read, and that npm run import brings into another Logbook.',
  )
  .argument('<folder>', 'a folder that is not there yet, or is empty')
  .option('--url <url>', 'the blog, wherever it runs (default: the one of LOGBOOK_GATEWAY_PORT)')
  .option('--no-media', 'leave pictures and files in the blog')
  .option('--json', 'print what was written as JSON', false)
  .addHelpText(
    'after',
    '\nIt reads as an owner: by the API token in LOGBOOK_TOKEN, which another machine needs, else by one that it makes and takes back.\n' +
      'Ends with 0 when everything was written, 1 when the blog could not be read, 2 when the folder cannot be used, 130 or 143 when it was\n' +
      'stopped. The folder is there when it is whole. A token that it made ends with it; after a kill -9, within a day.',
  )
  .exitOverride()
  .action(run)

makeFilesForOwnerOnly()
try {
  await command.parseAsync()
} catch (error) {
  if (error instanceof CommanderError)
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.unusable
  else {
    const known =
      error instanceof UnusableFolder ||
      error instanceof Stopped ||
      error instanceof ServiceFailed ||
      error instanceof NotNow ||
      (error instanceof Error && error.name === 'ConfigError')
    process.stderr.write(`export: ${known ? error.message : error instanceof Error ? error.stack : error}\n`)
    process.exitCode =
      error instanceof Stopped
        ? error.exitCode
        : error instanceof UnusableFolder
          ? exitCodes.unusable
          : exitCodes.notNow
  }
}
