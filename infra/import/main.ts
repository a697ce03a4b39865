import { appendFileSync, writeFileSync } from 'node:fs'
import { makeFilesForOwnerOnly } from '@logbook/chassis/files/owner-only.ts'
import { webAddress } from '@logbook/contracts/text.ts'
import { UnreadableBlog } from '@logbook/importer/entry.ts'
import { openBlog } from '@logbook/importer/open-blog.ts'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { importBlog, isComplete } from './import-blog.ts'
import { createPostsHere } from './posts-here.ts'
import { progressOn, silentProgress } from './send/progress.ts'
import { printSummary, type ReportLine } from './send/tally.ts'
import { type TargetOptions, targetOf } from './target.ts'

const exitCodes = { complete: 0, incomplete: 1, unusable: 2 } as const

interface Options extends TargetOptions {
  blog?: string
  dryRun: boolean
  pictures: boolean
  report?: string
  site?: string
  json: boolean
}

const run = async (path: string, options: Options): Promise<void> => {
  const target = targetOf(options, process.env)
  const { dryRun, pictures, json, blog: identity, report: reportFile } = options
  const here = createPostsHere(target.urls.query)
  const blog = await openBlog({ path, identity, site: options.site, now: new Date(), here })
  const progress = json ? silentProgress : progressOn(process.stderr)
  const token = dryRun ? undefined : target.token()
  if (reportFile !== undefined) writeFileSync(reportFile, '')
  const report = (line: ReportLine) => {
    if (reportFile !== undefined) appendFileSync(reportFile, `${JSON.stringify(line)}\n`)
  }
  const { posts: postsUrl, comments: commentsUrl, media, settings: settingsUrls } = target.urls
  const { decisions: decisionUrls } = target.urls
  const urls = { postsUrl, commentsUrl, mediaUrl: pictures ? media : undefined, settingsUrls, decisionUrls }
  const ending = new AbortController()
  // A second one ends the process at once.
  process.once('SIGINT', () => ending.abort())
  const { signal } = ending
  const summary = await importBlog(blog, { ...urls, token, dryRun, progress, report, signal })
  process.stdout.write(json ? `${JSON.stringify(summary, null, 2)}\n` : printSummary(summary))
  process.exitCode =
    summary.stopped !== null
      ? exitCodes.unusable
      : isComplete(summary)
        ? exitCodes.complete
        : exitCodes.incomplete
}

/** Throws for what is no web address, in words for a terminal. */
const toWebAddress = (text: string): string => {
  if (!webAddress.safeParse(text).success)
    throw new InvalidArgumentError('It must be a web address: https://…')
  return text
}

const command = new Command('import')
  .description(
    'Imports a WordPress export (WXR file), a Ghost export (JSON), a Jekyll folder, a Hugo site, what npm run export wrote, or the comments of a Disqus export. Running it twice changes nothing.',
  )
  .argument(
    '<file or folder>',
    'an export of WordPress, Ghost or Disqus, a folder with _posts or content, or one with logbook.json',
  )
  .addOption(
    new Option('--url <url>', 'the blog by its public address, wherever it runs; with an API token')
      .conflicts(['postsUrl', 'commentsUrl', 'mediaUrl', 'queryUrl', 'moderationUrl'])
      .argParser(toWebAddress),
  )
  .option('--posts-url <url>', 'the posts service (POSTS_URL, else the one of LOGBOOK_POSTS_PORT)')
  .option(
    '--comments-url <url>',
    'the comments service (COMMENTS_URL, else the one of LOGBOOK_COMMENTS_PORT)',
  )
  .option('--media-url <url>', 'the media service (MEDIA_URL, else the one of LOGBOOK_MEDIA_PORT)')
  .option('--query-url <url>', 'the query service (QUERY_URL, else the one of LOGBOOK_QUERY_PORT)')
  .option(
    '--moderation-url <url>',
    'the moderation service (MODERATION_URL, else the one of LOGBOOK_MODERATION_PORT)',
  )
  .option('--blog <name>', "what tells this blog's items from another's, in place of its own address")
  .option(
    '--site <url>',
    'where the blog of a folder or of Ghost stood, if its files do not say so',
    toWebAddress,
  )
  .option('--no-pictures', 'leave pictures and files where they are')
  .option('--dry-run', 'read and check everything, send nothing', false)
  .option('--report <file>', 'name each thing that was skipped, refused or noted, one JSON object a line')
  .option('--json', 'print the summary as JSON', false)
  .addHelpText(
    'after',
    '\nIt shows the services the operator’s token: OPERATOR_TOKEN, OPERATOR_TOKEN_FILE, or the one in LOGBOOK_DATA;\n' +
      'with --url the API token of an owner in LOGBOOK_TOKEN, whose scopes hold posts, comments, media and moderation.\n' +
      'Ends with 0 when everything came, 1 when something was refused, 2 when the input or a service cannot be used.',
  )
  .exitOverride()
  .action(run)

makeFilesForOwnerOnly()
try {
  await command.parseAsync()
} catch (error) {
  const known = error instanceof UnreadableBlog || (error instanceof Error && error.name === 'ConfigError')
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : exitCodes.unusable
  else {
    process.stderr.write(`import: ${known ? error.message : error instanceof Error ? error.stack : error}\n`)
    process.exitCode = exitCodes.unusable
  }
}
