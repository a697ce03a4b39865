import { expect, it } from 'vitest'
import { bootNotifications, logbook, populate, reader } from './boot.ts'

it('HEAD of the changes of an inbox ends at once', async () => {
  const book = logbook()
  await populate(book)
  const service = bootNotifications(book)
  await service.read(book.store.head)
  const head = await (await service.as(reader)).head('/inbox/changes').expect(200)
  expect(head.headers['content-type']).toMatch('text/event-stream')
})
