import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { expect, it, onTestFinished } from 'vitest'
import { copyFolder } from '../copies.ts'
import { filesBelow } from '../manifest.ts'

const makeMedia = (): string => {
  const media = join(temporaryFolder(), 'media')
  mkdirSync(join(media, 'a+'), { recursive: true })
  writeFileSync(join(media, 'a+', 'picture.jpg'), 'of a lighthouse')
  return media
}

const copies = 40

it('a copy of a folder whose files come and go meanwhile is complete for those that stay', async () => {
  const media = makeMedia()
  const writer = fork(join(import.meta.dirname, 'fixtures/churn.ts'), [media])
  onTestFinished(async () => {
    const ended = once(writer, 'exit')
    writer.kill('SIGKILL')
    await ended
  })
  await once(writer, 'message')
  const to = temporaryFolder()
  for (let n = 0; n < copies; n++) {
    copyFolder(media, join(to, String(n)))
    expect(readFileSync(join(to, String(n), 'a+', 'picture.jpg'), 'utf8')).toBe('of a lighthouse')
  }
})

it('a copy of a folder has no file that is not whole yet, and refuses a link', () => {
  const media = makeMedia()
  mkdirSync(join(media, '~incoming'))
  writeFileSync(join(media, '~incoming', 'part'), 'of a li')
  const to = join(temporaryFolder(), 'media')
  copyFolder(media, to)
  expect(filesBelow(to)).toEqual(['a+/picture.jpg'])
  symlinkSync('/etc/passwd', join(media, 'b'))
  const second = join(temporaryFolder(), 'media')
  expect(() => copyFolder(media, second)).toThrow(/neither a file nor a folder/)
  expect(existsSync(join(second, 'b'))).toBe(false)
})
