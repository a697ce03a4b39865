import { it } from 'vitest'
import { startConsumer, startSubscribedBus } from './running.ts'
it('x', async () => {
  const bus = await startSubscribedBus()
  const { url } = await startConsumer((req) => { console.log('req', req.headers['delivery-attempt']); req.socket.destroy() })
  await bus.append({})
  await bus.put('push', { mode: 'push', url, attempts: 3, backoff: { initialMs: 1, maxMs: 2 } })
  for (let i = 0; i < 5; i++) { await new Promise((r) => setTimeout(r, 100)); console.log(JSON.stringify(await bus.status('push'))) }
})
