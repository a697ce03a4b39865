import { bounds } from '@logbook/contracts/bounds.ts'
import { importAddress } from '@logbook/contracts/http/posts.ts'
import { type AddressBook, predictedBook, type WantedAddress } from '@logbook/importer/addresses.ts'
import type { Entry } from '@logbook/importer/entry.ts'
import { limits } from '../limits.ts'
import type { ImportClient } from './import-client.ts'
import type { Tally } from './tally.ts'

type Post = Extract<Entry, { type: 'post' }>
type Comment = Extract<Entry, { type: 'comment' }>

/** An item with the JSON that is sent of it, which is made once. */
interface Waiting<Sent> {
  entry: Sent
  json: string
}

/** Items that wait to be sent together, bounded by number and by size. */
class Batch<Sent extends Post | Comment> {
  #waiting: Waiting<Sent>[] = []
  #chars = 0

  /** False when the item has to wait for the next batch. */
  add({ entry, json }: Waiting<Sent>): boolean {
    const full =
      this.#waiting.length >= bounds.importItemsMax || this.#chars + json.length > limits.batchCharsMax
    if (full && this.#waiting.length > 0) return false
    this.#waiting.push({ entry, json })
    this.#chars += json.length
    return true
  }

  /** Takes all, but for those at its end that `stays` is true of, unless that is all. */
  take(stays: (entry: Sent) => boolean = () => false): Waiting<Sent>[] {
    const from = this.#waiting.findLastIndex(({ entry }) => !stays(entry)) + 1
    const taken = this.#waiting.splice(0, from === 0 ? this.#waiting.length : from)
    this.#chars = this.#waiting.reduce((sum, { json }) => sum + json.length, 0)
    return taken
  }
}

const waiting = <Sent extends Post | Comment>(entry: Sent): Waiting<Sent> => ({
  entry,
  json: JSON.stringify(entry.item),
})

/** Runs a few requests at once, and never two about one post, whose comments keep their order. */
class ConcurrentRequests {
  readonly #underway = new Map<Promise<void>, ReadonlySet<string>>()
  #failure: { error: unknown } | undefined

  async start(subjects: ReadonlySet<string>, request: () => Promise<void>): Promise<void> {
    for (;;) {
      const before = [...this.#underway].filter(([, others]) =>
        [...subjects].some((each) => others.has(each)),
      )
      if (before.length > 0) await Promise.all(before.map(([running]) => running))
      else if (this.#underway.size >= limits.requestsAtOnceMax) await Promise.race(this.#underway.keys())
      else break
    }
    if (this.#failure) throw this.#failure.error
    const running: Promise<void> = request()
      .catch((error: unknown) => {
        this.#failure ??= { error }
      })
      .finally(() => this.#underway.delete(running))
    this.#underway.set(running, subjects)
  }

  /** Waits for all. Throws what the first that failed threw. */
  async settled(): Promise<void> {
    await Promise.all(this.#underway.keys())
    if (this.#failure) throw this.#failure.error
  }
}

/** What every request of posts is about, so that each waits for the one before. No key is like it. */
const allPosts = ''

export interface Sender {
  /** The addresses that texts will have. */
  book(wanted: readonly WantedAddress[]): Promise<AddressBook>
  post(entry: Post): Promise<void>
  comment(entry: Comment): Promise<void>
  /** Sends what still waits. */
  end(): Promise<void>
}

/** Sends posts and comments in batches, a post always before its comments, and counts what became of each. */
export const createSender = ({
  posts,
  comments,
  tally,
}: {
  posts: ImportClient
  comments: ImportClient
  tally: Tally
}): Sender => {
  const waitingPosts = new Batch<Post>()
  const waitingComments = new Batch<Comment>()
  const heldComments: (readonly Waiting<Comment>[])[] = []
  const refusedPosts = new Set<string>()
  const requests = new ConcurrentRequests()
  let postsSent: Promise<void> = Promise.resolve()

  const send = async (
    { client, batch }: { client: ImportClient; batch: readonly Waiting<Post | Comment>[] },
    onRefused: (key: string) => void,
  ) => {
    if (batch.length === 0) return
    const outcomes = await client.send(batch.map(({ json }) => json))
    for (const [index, { entry }] of batch.entries()) {
      const outcome = outcomes[index]
      const kind = entry.type === 'post' ? entry.item.kind : 'comment'
      if (outcome?.outcome !== 'refused') tally.came(kind, outcome?.outcome ?? 'unchanged', entry.where)
      else {
        onRefused(entry.item.key)
        tally.left('refused', { kind, where: entry.where, reason: outcome.reason })
      }
    }
  }
  /** Posts are sent one batch after the other, while the next ones are read. */
  const sendPosts = async () => {
    const batch = waitingPosts.take()
    if (batch.length === 0) return
    await requests.start(new Set([allPosts]), () => {
      postsSent = send({ client: posts, batch }, (key) => {
        refusedPosts.add(key)
      })
      return postsSent
    })
  }
  const sendComments = async (taken: readonly Waiting<Comment>[]) => {
    const theirPosts = postsSent
    await requests.start(new Set(taken.map(({ entry }) => entry.item.postKey)), async () => {
      await theirPosts
      const batch = taken.filter(({ entry: { where, item } }) => {
        const orphaned = refusedPosts.has(item.postKey)
        if (orphaned) tally.left('refused', { kind: 'comment', where, reason: 'its post was refused' })
        return !orphaned
      })
      await send({ client: comments, batch }, () => {})
    })
  }
  /** Sends the posts that wait, and then the comments that waited for them. */
  const sendHeld = async () => {
    await sendPosts()
    for (const batch of heldComments.splice(0)) await sendComments(batch)
  }
  /** Comments wait for a full batch of posts. Of a post whose next comment comes, all stay for the next batch, so that the two can be sent at once. */
  const holdComments = async (next?: Comment) => {
    heldComments.push(waitingComments.take(({ item }) => item.postKey === next?.item.postKey))
    if (heldComments.length >= limits.heldBatchesMax) await sendHeld()
  }

  return {
    async book(wanted) {
      const book = new Map<string, string>()
      // One that the service would refuse will be refused when it comes, and named.
      const sound = wanted.filter((each) => importAddress.safeParse(each).success)
      for (let at = 0; at < sound.length; at += bounds.importItemsMax)
        for (const { key, slug } of await posts.addressesOf(sound.slice(at, at + bounds.importItemsMax)))
          book.set(key, slug)
      return book
    },
    async post(entry) {
      const post = waiting(entry)
      if (waitingPosts.add(post)) return
      await sendHeld()
      waitingPosts.add(post)
    },
    async comment(entry) {
      const comment = waiting(entry)
      while (!waitingComments.add(comment)) await holdComments(entry)
    },
    async end() {
      await holdComments()
      await sendHeld()
      await requests.settled()
    },
  }
}

/** Counts as if all had come, and sends nothing. */
export const createDrySender = (tally: Tally): Sender => ({
  async book(wanted) {
    return predictedBook(wanted)
  },
  async post({ item }) {
    tally.came(item.kind, 'imported')
  },
  async comment() {
    tally.came('comment', 'imported')
  },
  async end() {},
})
