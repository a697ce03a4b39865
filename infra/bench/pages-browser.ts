import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { browserFlags, findBrowser } from '../setup-browser.js'
import { aim } from './query-pages.ts'

const scriptKibibytesMax = 60
const fontKibibytesMax = 100

interface Loaded {
  files: number
  bytes: number
}

const print = (name: string, { files, bytes }: Loaded, kibibytesMax: number): void => {
  const size = bytes / 1_024
  console.log(
    `${name.padEnd(40)} ${size.toFixed(1)} KiB in ${files} files (${aim(size <= kibibytesMax, `≤ ${kibibytesMax} KiB`)})`,
  )
}

/** What a browser loads to show a post to a reader without an account: scripts, gzipped, and fonts. */
export const measureBrowser = async (url: string): Promise<void> => {
  const executablePath = findBrowser()
  if (executablePath === undefined)
    return console.log('No Chromium here: scripts and fonts are not measured.')
  const browser = await chromium.launch({ executablePath, args: browserFlags })
  try {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } })
    const loaded = { script: { files: 0, bytes: 0 }, font: { files: 0, bytes: 0 } }
    const reading: Promise<void>[] = []
    page.on('response', (response) => {
      const kind = response.request().resourceType()
      if (kind !== 'script' && kind !== 'font') return
      const read = async () => {
        const body = await response.body()
        loaded[kind].files += 1
        loaded[kind].bytes += kind === 'script' ? gzipSync(body).length : body.length
      }
      reading.push(read())
    })
    await page.goto(url)
    await page.locator('html[data-running]').waitFor()
    await page.evaluate('document.fonts.ready')
    await Promise.all(reading)
    print('JavaScript of a post, gzipped', loaded.script, scriptKibibytesMax)
    print('fonts of a post', loaded.font, fontKibibytesMax)
  } finally {
    await browser.close()
  }
}
