import type { MediumAnswer } from '@logbook/contracts/http/media.ts'
import { addressesOf, type MediumAddresses } from '@logbook/contracts/http/medium-addresses.ts'
import { counted } from '@logbook/contracts/words.ts'
import type { Entry } from '@logbook/importer/entry.ts'
import { limits } from '../limits.ts'
import type { MediaClient } from './media-client.ts'
import { createPictureHosts, type PictureHosts } from './picture-hosts.ts'
import { PictureRefused } from './picture-refused.ts'
import { createPictureWaiting } from './picture-waiting.ts'
import type { Progress } from './progress.ts'
import { createSlots } from './slots.ts'
import type { Tally } from './tally.ts'

type Picture = Extract<Entry, { type: 'picture' }>
type Post = Extract<Entry, { type: 'post' }>

interface Told {
  tally: Tally
  progress: Progress
}

interface PicturesOptions extends Told {
  client: MediaClient
  /** After so long without a change of any picture, the workers are taken to stand still. */
  stallMsMax?: number | undefined
  /** Ends the waiting. What was asked for goes on in the blog. */
  signal?: AbortSignal | undefined
}

export interface PictureSender {
  /** Begins to bring a picture; waits while too many are under way. */
  begin(picture: Picture): Promise<void>
  /** The text with the addresses that its pictures have here in the places that they have in it. One that takes long keeps its address. Throws ServiceFailed. */
  placed(post: Post): Promise<Post>
  /** Waits for those that took long. Call it when all texts are sent. Throws ServiceFailed. */
  end(): Promise<void>
}

const placeOf = ({ item, where }: Picture): string =>
  `${where}: ${'url' in item.from ? item.from.url : item.name}`

/** Requests the medium of a picture where there is none yet. True if it did. */
const createSend = ({ client, hosts }: { client: MediaClient; hosts: PictureHosts }) => {
  const sending = createSlots(limits.sendingAtOnceMax)
  return (picture: Picture): Promise<boolean> =>
    sending(async () => {
      const { item } = picture
      const before = await client.one(item.id)
      if (before !== undefined && before.state !== 'failed') return false
      hosts.assertTried(picture)
      if (before !== undefined) await client.retry(item.id)
      else if ('file' in item.from) await client.upload(item, item.from.file)
      else await client.link(item, item.from.url)
      if (before === undefined && item.focus !== null) await client.describe(item.id, { focus: item.focus })
      return true
    })
}

/** Counts and tells what became of pictures. */
const createOutcomes = ({ tally, progress, hosts }: Told & { hosts: PictureHosts }) => {
  let [done, total] = [0, 0]
  const tell = () => progress.pictures({ done, total })
  return {
    begun(): void {
      total += 1
      tell()
    },
    /** Throws PictureRefused for one that failed. */
    made(picture: Picture, isNew: boolean, medium: MediumAnswer): MediumAddresses {
      hosts.note(picture, medium)
      if (medium.state === 'failed') throw new PictureRefused(medium.reason ?? 'could not be made')
      tally.came('picture', isNew ? 'imported' : 'unchanged')
      done += 1
      tell()
      return addressesOf(medium)
    },
    /** Throws what is no PictureRefused. */
    refused(picture: Picture, error: unknown): void {
      if (!(error instanceof PictureRefused)) throw error
      tally.left('refused', { kind: 'picture', where: placeOf(picture), reason: error.message })
      done += 1
      tell()
    },
    left(picture: Picture): void {
      const reason = 'was under way when this command was ended; the blog goes on with it'
      tally.note({ where: placeOf(picture), reason })
    },
  }
}

/**
 * Brings pictures to media, each under the id that it has in every run: what is there is not sent again, and what failed is
 * tried again. A text comes with the address of a picture that is made soon, whose form says its size. Texts do not wait for others: they
 * keep the address that they had, and posts puts the picture into its place when it is made. One that cannot be made is refused by name.
 */
export const createPictureSender = ({
  client,
  tally,
  progress,
  stallMsMax = limits.pictureStallMsMax,
  signal = new AbortController().signal,
}: PicturesOptions): PictureSender => {
  const brought = new Map<string, Promise<MediumAddresses | undefined>>()
  const late: { picture: Picture; isNew: boolean }[] = []
  const underway = createSlots(limits.picturesAtOnceMax)
  const hosts = createPictureHosts()
  const settled = createPictureWaiting({ client, hosts, stallMsMax, signal })
  const send = createSend({ client, hosts })
  const outcomes = createOutcomes({ tally, progress, hosts })

  const soonOf = async (picture: Picture): Promise<MediumAddresses | undefined> => {
    try {
      const isNew = await send(picture)
      const medium = await settled.soon(picture)
      if (medium === undefined) {
        late.push({ picture, isNew })
        return undefined
      }
      return outcomes.made(picture, isNew, medium)
    } catch (error) {
      outcomes.refused(picture, error)
      return undefined
    }
  }

  const bringLate = async ({ picture, isNew }: (typeof late)[number]): Promise<void> => {
    try {
      const medium = await settled.inTheEnd(picture)
      if (medium === undefined) outcomes.left(picture)
      else outcomes.made(picture, isNew, medium)
    } catch (error) {
      outcomes.refused(picture, error)
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
        return soonOf(picture)
      })
      // Met by the texts that use it, and at the end.
      outcome.catch(() => {})
      brought.set(picture.item.id, outcome)
      outcomes.begun()
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
      if (late.length > 0 && !signal.aborted)
        progress.say(
          `All texts are here. ${counted(late.length, 'picture')} not made yet: Ctrl-C ends the waiting, and the blog goes on with them`,
        )
      await Promise.all(late.map(bringLate))
    },
  }
}
