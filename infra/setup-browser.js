// The browser tests use a Chromium that the machine has, its headless shell first: the same engine at half the CPU. Where it
// has neither, and this is root on a system with apt, one is installed, once; elsewhere this says how to get one, and the
// browser tests are skipped. Continuous integration gets the headless shell also where it has a whole Chromium: that costs
// seconds, and saves a minute of each run.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const installMsMax = 5 * 60_000
const headlessShell = '/usr/bin/chromium-headless-shell'
const places = [
  process.env.CHROMIUM,
  headlessShell,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** What the browser of the tests is started with: it asks nobody on the network by itself. */
export const browserFlags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Where a browser is that Playwright can drive, or undefined. `CHROMIUM` in the environment names another. */
export const findBrowser = () => places.find((place) => place !== undefined && existsSync(place))

export const howToGetOne =
  'The browser tests are skipped: there is no Chromium here. Install one (on Debian: apt-get install chromium), or say with CHROMIUM=… where it is.'

const cache = join(dirname(fileURLToPath(import.meta.url)), '..', '.cache')
const triedFile = join(cache, 'browser-tried')

const install = () => {
  if (existsSync(triedFile) || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return
  mkdirSync(cache, { recursive: true })
  writeFileSync(triedFile, new Date().toISOString())
  console.log('Setting up: installing Chromium for the browser tests …')
  const options = {
    stdio: 'ignore',
    timeout: installMsMax,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }
  const updated = spawnSync('apt-get', ['update', '-qq'], options)
  if (updated.status !== 0) return
  for (const name of ['chromium-headless-shell', 'chromium'])
    if (spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], options).status === 0)
      return
}

const wants = () => {
  const found = findBrowser()
  const isNamed = process.env.CHROMIUM !== undefined && found === process.env.CHROMIUM
  return process.env.CI ? !isNamed && found !== headlessShell : found === undefined
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (wants()) install()
  if (findBrowser() === undefined) console.log(howToGetOne)
}
