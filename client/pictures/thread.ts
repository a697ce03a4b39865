import { parentPort } from 'node:worker_threads'
import { Resvg } from '@resvg/resvg-js'
import type { Card } from './card.ts'
import { layOut } from './layout.ts'

parentPort?.on('message', (card: Card) => {
  const png = new Resvg(layOut(card), { font: { loadSystemFonts: false } }).render().asPng()
  parentPort?.postMessage(png)
})
