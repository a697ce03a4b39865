import assert from 'node:assert/strict'
import { After, Given, Then } from '@cucumber/cucumber'
import { type FeedReader, startFeedReader } from '../../e2e/feed-reader.ts'
import type { BlogWorld } from '../world.ts'

const readers = new WeakMap<BlogWorld, FeedReader>()

const readerOf = (world: BlogWorld): FeedReader => {
  const reader = readers.get(world)
  if (reader === undefined) throw new Error('This scenario has no feed reader.')
  return reader
}

const addressOf = ({ logbook }: BlogWorld, feed: string): string => `${logbook.url('gateway')}${feed}`

Given('a feed reader that subscribed to the feed {string}', async function (this: BlogWorld, feed: string) {
  const reader = await startFeedReader()
  readers.set(this, reader)
  const { status, text } = await reader.subscribe(addressOf(this, feed))
  assert.equal(status, 202, text)
})

Then('the feed reader is sent the post {string}', async function (this: BlogWorld, name: string) {
  await readerOf(this).isSent(this.post(name).title)
})

Then(
  'the feed reader can unsubscribe from the feed {string}',
  async function (this: BlogWorld, feed: string) {
    const { status, text } = await readerOf(this).unsubscribe(addressOf(this, feed))
    assert.equal(status, 202, text)
  },
)

After(function (this: BlogWorld) {
  readers.get(this)?.close()
})
