import { pause } from '@logbook/chassis/async/pause.ts'
import type { MediumAnswer } from '@logbook/contracts/http/media.ts'
import { addressesOf, type MediumAddresses } from '@logbook/contracts/http/medium-addresses.ts'
import type { Entry } from '@logbook/importer/entry.ts'
import { ServiceFailed } from '../../http/ask.ts'
import { limits } from '../limits.ts'
import type { MediaClient } from './media-client.ts'
import { PictureRefused } from './picture-refused.ts'
import type { Progress } from './progress.ts'
import { createSlots } from './slots.ts'
import type { Tally } from './tally.ts'

type Picture = Extract<Entry, { type: 'picture' }>
type Post = Extract<Entry, { type: 'post' }>

const isOver = ({ state }: MediumAnswer): boolean => state === 'finished' || state === 'failed'

/** Hosts that give up picture after picture, so that not each of theirs is waited for. */
const createHosts = () => {
  const failures = new Map<string, number>()
  /** Undefined for a file of this machine. */
  const hostOf = ({ item: { from } }: Picture) => ('url' in from ? new URL(from.url).host : undefined)
  return {
    /** Throws PictureRefused for one that is not tried any more. */
    assertTried(picture: Picture): void {
      const host = hostOf(picture)
      if (host !== undefined && (failures.get(host) ?? 0) >= limits.hostFailuresMax)
        throw new PictureRefused(
          `was not asked for: ${limits.hostFailuresMax} pictures of ${host} in a row could not be fetched`,
        )
    },
    /** A host that answers, be it with 404, is not at fault. */
    note(picture: Picture, { state, attempts }: MediumAnswer): void {
      const host = hostOf(picture)
      if (host === undefined) return
      failures.set(host, state === 'failed' && attempts > 1 ? (failures.get(host) ?? 0) + 1 : 0)
    },
  }
}

/** Waits for media whose jobs are under way. Jobs are made in the order in which they came, so few are asked about at once. */
const createWaiting = (client: Pick<MediaClient, 'one'>, stallMsMax: number) => {
  const asking = createSlots(limits.askingAtOnceMax)
  let changedAt = performance.now()

  const untilOver = async (id: string): Promise<MediumAnswer> => {
    let [seen, waitMs] = ['', limits.pollMsMin as number]
    for (;;) {
      const medium = await client.one(id)
      if (medium === undefined) throw new PictureRefused('was removed here before')
      const now = JSON.stringify([medium.state, medium.attempts, medium.retryAt, medium.progress?.bytes])
      if (now !== seen || isOver(medium)) changedAt = performance.now()
      if (isOver(medium)) return medium
      if (performance.now() - changedAt > stallMsMax)
        throw new ServiceFailed(
          `no worker has made a picture for ${Math.round(stallMsMax / 1_000)} seconds (npm run doctor says more). --no-pictures imports the texts alone`,
        )
      seen = now
      await pause(waitMs)
      waitMs = Math.min(limits.pollMsMax, waitMs * 1.5)
    }
  }
  /** The medium when its job is over. Throws PictureRefused for one that was removed, ServiceFailed where all jobs stand still. */
  return (id: string): Promise<MediumAnswer> => asking(() => untilOver(id))
}

interface PicturesOptions {
  client: MediaClient
  tally: Tally
  progress: Progress
  /** After so long without a change of any picture, the workers are taken to stand still. */
  stallMsMax?: number | undefined
}

export interface PictureSender {
  /** Begins to bring a picture; waits while too many are under way. */
  begin(picture: Picture): Promise<void>
  /** The text with the addresses that its pictures have here in the places that they have in it, once all of them are made or given up. Throws ServiceFailed. */
  placed(post: Post): Promise<Post>
  /** Waits for all. Throws ServiceFailed. */
  end(): Promise<void>
}

/**
 * Brings pictures to media, each under the id that it has in every run: what is there is not sent again, and what failed is
 * tried again. A text comes with the address of a picture when it is made, whose form says its size; one that cannot be made is
 * refused by name, and its texts keep the address that they had until it is made.
 */
export const createPictureSender = ({
  client,
  tally,
  progress,
  stallMsMax = limits.pictureStallMsMax,
}: PicturesOptions): PictureSender => {
  const brought = new Map<string, Promise<MediumAddresses | undefined>>()
  const underway = createSlots(limits.picturesAtOnceMax)
  const sending = createSlots(limits.sendingAtOnceMax)
  const settled = createWaiting(client, stallMsMax)
  const hosts = createHosts()
  let done = 0

  /** The medium of a picture, requested where there is none yet. */
  const bring = async (picture: Picture): Promise<{ medium: MediumAnswer; isNew: boolean }> => {
    const { item } = picture
    const isNew = await sending(async () => {
      const before = await client.one(item.id)
      if (before !== undefined && before.state !== 'failed') return false
      hosts.assertTried(picture)
      if (before !== undefined) await client.retry(item.id)
      else if ('file' in item.from) await client.upload(item, item.from.file)
      else await client.link(item, item.from.url)
      if (before === undefined && item.focus !== null) await client.describe(item.id, { focus: item.focus })
      return true
    })
    const medium = await settled(item.id)
    hosts.note(picture, medium)
    if (medium.state === 'failed') throw new PictureRefused(medium.reason ?? 'could not be made')
    return { medium, isNew }
  }

  const outcomeOf = async (picture: Picture): Promise<MediumAddresses | undefined> => {
    const { item, where } = picture
    try {
      const { medium, isNew } = await bring(picture)
      tally.came('picture', isNew ? 'imported' : 'unchanged')
      return addressesOf(medium)
    } catch (error) {
      if (!(error instanceof PictureRefused)) throw error
      const source = 'url' in item.from ? item.from.url : item.name
      tally.left('refused', { kind: 'picture', where: `${where}: ${source}`, reason: error.message })
      return undefined
    } finally {
      done += 1
      progress.pictures({ done, total: brought.size })
    }
  }

  return {
    async begin(picture) {
      let started = () => {}
      const isStarted = new Promise<void>((resolve) => {
        started = resolve
      })
      const outcome = underway(() => {
        started()
        return outcomeOf(picture)
      })
      // Met by the texts that use it, and at the end.
      outcome.catch(() => {})
      brought.set(picture.item.id, outcome)
      progress.pictures({ done, total: brought.size })
      await isStarted
    },
    async placed(post) {
      const found = new Map<string, MediumAddresses | undefined>()
      const { where, item, pictures = [] } = post
      for (const { mediumId } of pictures) found.set(mediumId, await brought.get(mediumId))
      for (const { mediumId, as, was } of pictures)
        if (found.get(mediumId) !== undefined && found.get(mediumId)?.[as] === undefined)
          tally.note({ where: `${where}: ${was}`, reason: 'is shown and is no picture; its address stays' })
      const placed = pictures.map((place) => ({
        ...place,
        here: found.get(place.mediumId)?.[place.as] ?? null,
      }))
      return { ...post, item: { ...item, pictures: placed } }
    },
    async end() {
      await Promise.all(brought.values())
    },
  }
}
