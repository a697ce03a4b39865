const mark = (picture: EventTarget | null): void => {
  if (picture instanceof HTMLImageElement && picture.matches('.picture, .focus')) picture.dataset.missing = ''
}

/** Marks pictures that could not be had, so that the stylesheet takes back the room that was kept for them. */
export const markMissingPictures = (): void => {
  // These events do not rise, but pass down through the document. Those before this script ran are found by asking again.
  document.addEventListener('error', ({ target }) => mark(target), true)
  for (const picture of document.images)
    if (picture.complete && picture.naturalWidth === 0) void picture.decode().catch(() => mark(picture))
}
