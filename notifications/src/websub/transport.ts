import type { PostOut } from '../channels/post-out.ts'
import type { Transport } from '../channels/transport.ts'
import type { View } from '../domain/view.ts'
import type { IsOvertaken } from '../outbox/overtaken.ts'

interface WebSubOptions {
  view: Pick<View, 'blog'>
  out: Pick<PostOut, 'post'>
  isOvertaken: IsOvertaken
  publicUrl: string
}

/** Tells the hub of the blog's feeds which of them has changed; the hub fetches it and sends it to its subscribers. */
export const webSubTransport = ({ view, out, isOvertaken, publicUrl }: WebSubOptions): Transport => ({
  async send(effects) {
    for (const effect of effects) {
      const { hub } = view.blog()
      // A later change of the same feed is told soon.
      if (hub === null || isOvertaken(effect)) continue
      const topic = `${publicUrl}/${effect.receiver.id}`
      await out.post({
        url: hub,
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'User-Agent': 'Logbook' },
        body: new URLSearchParams({ 'hub.mode': 'publish', 'hub.url': topic }).toString(),
      })
    }
  },
})
