import { describe, expect, it } from 'vitest'
import {
  mediaPictureOf,
  mediaRecordingOf,
  pictureFragment,
  previewOf,
  variantsOffered,
} from '../src/media-address.ts'

const before = '/api/media/0197a1b2-aaaa-7000-8000-00000000beef/'
const picture = (rest: string) => {
  const found = mediaPictureOf(`${before}${rest}`)
  if (found === undefined) throw new Error(`${rest} is no picture.`)
  return found
}

describe('the address of a picture of the blog’s media', () => {
  it.each([
    { width: 1_600, height: 900, isAnimated: false, focus: null },
    { width: 1, height: 99_999, isAnimated: true, focus: { x: 0, y: 1 } },
    { width: 640, height: 480, isAnimated: false, focus: { x: 0.33, y: 0.5 } },
  ])('an address has size, animation and focal point behind #, read as they were written: %j', (facts) => {
    expect(mediaPictureOf(`${before}w960.jpg#${pictureFragment(facts)}`)).toEqual({
      ...{ before, extension: '.jpg' },
      ...facts,
    })
  })

  it.each(['w960.jpg', 'w960.jpg#0x9', 'w960.jpg#9x9@5', 'card.jpg#9x9', 'w960.jpg#9x9m@1,2,3'])(
    'an address with a part missing or too much is no picture: %s',
    (rest) => {
      expect(mediaPictureOf(`${before}${rest}`)).toBeUndefined()
    },
  )

  it('a focal point outside of the picture is at its edge', () => {
    expect(picture('w9.png#9x9@999,0').focus).toEqual({ x: 1, y: 0 })
  })

  it('a page offers the plain variant that fits, also of a picture that is narrower than all', () => {
    expect(variantsOffered(picture('w320.jpg#1600x900'), 320).src).toBe(`${before}w320.jpg`)
    expect(variantsOffered(picture('w320.jpg#1600x900'), 1_280).src).toBe(`${before}w1280.jpg`)
    expect(variantsOffered(picture('w900.jpg#900x900'), 320).src).toBe(`${before}w320.jpg`)
    expect(variantsOffered(picture('w200.jpg#200x100'), 100).src).toBe(`${before}w200.jpg`)
  })

  it.each([
    ['1600x900', { width: 1_200, height: 630 }],
    ['600x900', { width: 600, height: 315 }],
    ['4000x500', { width: 610, height: 320 }],
  ])('the preview of a picture of %s has the size of the crop that media makes', (size, expected) => {
    expect(previewOf(picture(`w960.jpg#${size}`))).toEqual({
      ...{ address: `${before}card.jpg`, type: 'image/jpeg' },
      ...expected,
    })
  })
})

describe('the address of a recording of the blog’s media', () => {
  it('an address says what plays the file, and the size of its poster', () => {
    expect(mediaRecordingOf(`${before}original#audio`)).toMatchObject({ kind: 'audio', poster: null })
    expect(mediaRecordingOf(`${before}original#video`)).toMatchObject({ kind: 'video', poster: null })
    expect(mediaRecordingOf(`${before}original#video=1280x720`)).toEqual({
      ...{ kind: 'video', src: `${before}original` },
      poster: { src: `${before}poster.jpg`, width: 1_280, height: 720 },
    })
  })

  it.each(['original', 'original#film', 'w960.jpg#video', 'original#video=1x', 'original#video=1x1&a'])(
    'an address that says something else is no recording: %s',
    (rest) => {
      expect(mediaRecordingOf(`${before}${rest}`)).toBeUndefined()
    },
  )
})
