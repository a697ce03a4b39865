import { systemClock as clock } from '@logbook/chassis/clock.ts'
import { systemIds as ids } from '@logbook/chassis/ids.ts'
import { silentLogger as logger } from '@logbook/chassis/logger.ts'
import { openSmtp } from '@logbook/chassis/mail/smtp.ts'
import { busOver } from '@logbook/chassis/testing/memory-bus.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { inlineRenderer } from '@logbook/markdown/testing/renderers.ts'
import { mailTransport } from '../src/channels/mail.ts'
import { createStreams } from '../src/log/streams.ts'
import { createDispatch } from '../src/outbox/dispatch.ts'
import { createOutbox } from '../src/outbox/outbox.ts'
import { viewOf } from '../src/read-model/view.ts'
import { openOutbox, openView } from './files.ts'

/** Sends what is in the outbox of a folder to a port until it is killed. */
const [folder = '', port = ''] = process.argv.slice(2)
const view = viewOf(openView(`${folder}/view.sqlite`))
const outbox = createOutbox(openOutbox(`${folder}/outbox.sqlite`), ids)
const bus = busOver(memoryLog())
const smtp = { host: '127.0.0.1', port: Number(port), secure: false, user: undefined, password: undefined }
const msMax = { connect: 5_000, greeting: 5_000, silence: 5_000 }
const post = openSmtp({ smtp, from: 'blog@blog.example', site: 'blog.example', msMax, isKept: true })
const dispatch = createDispatch({
  ...{ bus, outbox, view, clock, logger, streams: createStreams({ bus, ids }) },
  transports: {
    mail: mailTransport({
      ...{
        view,
        publicUrl: 'https://blog.example',
        digestLines: () => [],
        relatedOfDigest: async () => [],
        addressOf: async () => undefined,
        renderer: inlineRenderer,
      },
      post: { deliver: (mail, title) => post.deliver(mail, title) },
    }),
  },
  upTo: () => Number.MAX_SAFE_INTEGER,
})
dispatch.start()
setInterval(() => {
  if (dispatch.status().waiting === 0) process.exit(0)
}, 20)
