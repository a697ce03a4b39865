import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { expect, it, onTestFinished } from 'vitest'
import { FolderTaken, lockDataFolder } from '../folder-lock.ts'
import { root } from '../services.ts'

const newFolder = () => {
  const folder = temporaryFolder()
  return folder
}
/** Another process that has the lock, until it is killed. */
const holder = async (folder: string) => {
  const child = fork(join(import.meta.dirname, 'fixtures/hold-folder.ts'), [folder], { silent: true })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'message')
  return child
}

it('a data folder has one runner: the second ends at once and names the process of the first', async () => {
  const folder = newFolder()
  const { pid } = await holder(folder)
  expect(() => lockDataFolder(folder)).toThrow(FolderTaken)
  expect(() => lockDataFolder(folder)).toThrow(`process ${pid} runs a Logbook on it`)
})

it('npm start on a data folder that another runs ends at once with 1, says who does, and changes nothing', async () => {
  const folder = newFolder()
  const release = lockDataFolder(folder)
  onTestFinished(release)
  const before = readdirSync(folder)
  const started = promisify(execFile)(process.execPath, ['infra/run/main.ts'], {
    cwd: root,
    env: { PATH: process.env.PATH, LOGBOOK_DATA: folder },
  })
  await expect(started).rejects.toMatchObject({
    ...{ code: 1, stdout: '' },
    stderr: expect.stringContaining(`${folder} is in use: process ${process.pid} runs a Logbook on it.`),
  })
  expect(readdirSync(folder)).toEqual(before)
})

it('a data folder whose runner was killed is taken over, though its process id was given to another', async () => {
  const folder = newFolder()
  const child = await holder(folder)
  child.kill('SIGKILL')
  await once(child, 'exit')
  // A process that is alive, and none of ours.
  writeFileSync(join(folder, 'runner.pid'), `${process.ppid}\n`)
  const release = lockDataFolder(folder)
  expect(() => lockDataFolder(folder)).toThrow(`process ${process.pid} runs`)
  release()
  lockDataFolder(folder)()
})
