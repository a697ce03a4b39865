import type { Clock } from '@logbook/chassis/clock.ts'
import { mentionSubject } from '@logbook/contracts/events/mentions.ts'
import type { Streams } from '../log/streams.ts'
import { decideFound, decideGone } from './mention.ts'
import { type Page, PageRefused, type Pages } from './page.ts'
import type { ReceivedMention, Settled } from './received.ts'
import { readSourcePage } from './source-page.ts'
import type { Targets } from './targets.ts'

interface VerifyOptions {
  pages: Pick<Pages, 'get'>
  targets: Pick<Targets, 'find'>
  mentions: Streams['mentions']
  clock: Clock
}

const goneStatuses: readonly number[] = [404, 410]
const isPassing = (status: number): boolean =>
  status >= 500 || status === 408 || status === 425 || status === 429

/** The page could not be fetched for now. */
export class Unfetched extends Error {}

export type Verify = ReturnType<typeof createVerify>

/**
 * Fetches the page of a mention and says in the log whether it links to its post. Resolves to what became of it. Throws Unfetched for what
 * may pass, and PageRefused where no other attempt would help.
 */
export const createVerify = ({ pages, targets, mentions, clock }: VerifyOptions) => {
  const now = () => clock.now().toISOString()

  const remove = async ({ id }: ReceivedMention, reason: string): Promise<Settled> => {
    const { state: before } = await mentions.load(mentionSubject(id))
    await mentions.handle({ subject: mentionSubject(id), decide: decideGone(now()) })
    return { status: before.status === 'none' ? 'refused' : 'gone', reason }
  }

  const pageOf = async ({ source }: ReceivedMention, stop: AbortSignal): Promise<Page> => {
    try {
      const page = await pages.get(source, stop)
      if (isPassing(page.status)) throw new Unfetched(`The page answers with status ${page.status}.`)
      return page
    } catch (error) {
      stop.throwIfAborted()
      if (error instanceof PageRefused || error instanceof Unfetched) throw error
      throw new Unfetched('The page could not be fetched.')
    }
  }

  return async (mention: ReceivedMention, stop: AbortSignal): Promise<Settled> => {
    const target = await targets.find(mention.target)
    if ('objection' in target) return { status: 'refused', reason: `target: ${target.objection}` }
    const { state: before } = await mentions.load(mentionSubject(mention.id))
    if (!target.isOpen && before.status === 'none')
      return { status: 'refused', reason: 'The target takes no new mentions.' }
    const page = await pageOf(mention, stop)
    if (goneStatuses.includes(page.status))
      return remove(mention, `The page answers with status ${page.status}.`)
    if (page.status < 200 || page.status > 299)
      return { status: 'refused', reason: `The page answers with status ${page.status}.` }
    if (!page.isHtml) return { status: 'refused', reason: 'The page is not HTML.' }
    const read = readSourcePage(page.html, { url: page.url, target: mention.target })
    if (!read.links) return remove(mention, 'The page does not link to the target.')
    await mentions.handle({ subject: mentionSubject(mention.id), decide: decideFound(mention, read, now()) })
    return { status: 'accepted', reason: null }
  }
}
