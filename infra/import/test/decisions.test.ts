import { initialMediaSettings } from '@logbook/contracts/events/media-settings.ts'
import type { Blog, Decision } from '@logbook/importer/entry.ts'
import { describe, expect, it } from 'vitest'
import { importBlog } from '../import-blog.ts'
import { silentProgress } from '../send/progress.ts'
import { printSummary } from '../send/tally.ts'
import { startRealServices } from './real-services.ts'
import { startMedia, startSite } from './running-media.ts'

const rules = [{ kind: 'links', name: 'links', linksMax: 2, action: 'reject', enabled: true }]
const ofRules: Decision = { of: 'rules', where: '_data/moderation_rules.yml', value: { rules } }
const ofMedia: Decision = {
  of: 'media',
  where: '_data/media_settings.yml',
  value: { ...initialMediaSettings, formats: ['webp'] },
}

/** A blog without a text, for which this was decided. */
const deciding = (...decisions: Decision[]): Blog => ({
  ...{ format: 'logbook', identity: 'a', wanted: [], decisions },
  async *entries() {},
})

const options = { dryRun: false, progress: silentProgress, retryMsMin: 1 }
const nowhere = { postsUrl: 'http://127.0.0.1:9', commentsUrl: 'http://127.0.0.1:9' }

describe('what was decided for a blog that is imported', () => {
  it('media settings are set if they were never changed here, and a second import changes nothing', async () => {
    const services = await startRealServices()
    const media = await startMedia(services)
    const decisionUrls = { media: `${media.url}/media/settings` }
    const bring = (blog: Blog) => importBlog(blog, { ...services, ...options, decisionUrls })
    const changes = () => services.all('MediaSettingsChanged')
    const first = await bring(deciding(ofMedia))
    expect([first.settings?.set, first.notes]).toEqual([['settings of pictures and files'], []])
    expect((await changes()).map(({ settings }) => settings.formats)).toEqual([['webp']])
    expect((await bring(deciding(ofMedia))).settings).toMatchObject({ set: [], kept: [] })
    const other = { ...ofMedia, value: { ...initialMediaSettings, keepsMetadata: true } }
    const kept = await bring(deciding(other))
    expect(kept.settings).toMatchObject({ set: [], kept: ['settings of pictures and files'] })
    expect(printSummary(kept)).toContain('not set settings of pictures and files (it was set here before)')
    expect(await changes()).toHaveLength(1)
    await services.close()
  })

  it('what the service does not take is noted with its file, and the import goes on', async () => {
    const services = await startRealServices()
    const media = await startMedia(services)
    const decisionUrls = { media: `${media.url}/media/settings` }
    const wrong = { ...ofMedia, value: { ...initialMediaSettings, widths: [] } }
    const unread: Decision = { of: 'rules', where: ofRules.where, fault: 'rules: is none' }
    const { notes, stopped } = await importBlog(deciding(wrong, unread), {
      ...services,
      ...options,
      decisionUrls,
    })
    expect(stopped).toBeNull()
    expect(notes.map(({ places, reason }) => [places[0], reason.slice(0, 46)]).toSorted()).toEqual([
      ['_data/media_settings.yml', 'settings of pictures and files: are refused her'.slice(0, 46)],
      ['_data/moderation_rules.yml', 'rules of moderation: rules: is none; they were'],
    ])
    await services.close()
  })

  it.each([
    ['a token that may not', 403, { notes: 1, kept: [] }],
    ['a change that came first', 412, { notes: 0, kept: ['rules of moderation'] }],
  ] as const)('rules stay as they are with %s', async (_what, status, outcome) => {
    const url = await startSite(({ method }, res) => {
      res.setHeader('Content-Type', 'application/json').setHeader('ETag', '"0"')
      if (method === 'GET') res.end(JSON.stringify({ rules: [], version: 0 }))
      else res.writeHead(status).end('{}')
    })
    const decisionUrls = { rules: `${url}/rules` }
    const { settings, notes, stopped } = await importBlog(deciding(ofRules), {
      ...nowhere,
      ...options,
      decisionUrls,
    })
    expect([stopped, settings?.set, settings?.kept, notes.length]).toEqual([
      null,
      [],
      outcome.kept,
      outcome.notes,
    ])
  })

  it('a dry run says what would be set, and asks nothing', async () => {
    const { settings } = await importBlog(deciding(ofRules, ofMedia), {
      ...nowhere,
      ...options,
      dryRun: true,
    })
    expect(settings?.set).toEqual(['rules of moderation', 'settings of pictures and files'])
  })
})
