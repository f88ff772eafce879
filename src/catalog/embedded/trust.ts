import { constants, lstatSync } from 'node:fs'
import { access, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

const WRITABLE_BY_OTHERS = 0o022

/**
 * Why a folder may not hold a catalog that this process opens; undefined where it may. Whoever may write to the folder can
 * replace the socket and serve a catalog of their own. A process of another user, root included, would leave files that the
 * owner cannot open.
 */
export async function reasonForDistrust(folder: string): Promise<string | undefined> {
  const user = currentUser()
  if (user === undefined) return undefined
  const { uid, mode } = await stat(folder)
  if (uid !== user) {
    return (
      `it belongs to user ${uid}, and this process runs as user ${user}. Run hubdex as its owner ` +
      `(sudo -u '#${uid}' hubdex …; with Docker, --user ${uid}), or name another data directory; ` +
      'one inside it will do, if you may create it.'
    )
  }
  if ((mode & WRITABLE_BY_OTHERS) === 0) return undefined
  return (
    `other users may write to it (mode ${(mode & 0o7777).toString(8).padStart(4, '0')}), and so replace what is in it. ` +
    `Run chmod 700 on it, or name another data directory; one inside it, which hubdex creates for itself, will do.`
  )
}

/** Whether there is something of this name that another user made. A link counts as whoever made it. Never so on Windows. */
export function isForeign(path: string): boolean {
  const user = currentUser()
  const file = lstatSync(path, { throwIfNoEntry: false })
  return user !== undefined && file !== undefined && file.uid !== user
}

/** What to do about files that another user has left in a folder of ours. */
export function adviceOnForeignFile(file: string, folder: string): string {
  return (
    `${file} belongs to another user or may not be opened, as after a command that another user ran here. Nothing is damaged: ` +
    `make it yours again (sudo chown -R ${currentUser() ?? 'USER'} ${folder}; chmod -R u+rwX ${folder}).`
  )
}

/** A file or folder below this one that this user may not open for reading and writing. */
export async function findInaccessible(folder: string): Promise<string | undefined> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    const isAccessible = await access(
      path,
      constants.R_OK | constants.W_OK | (entry.isDirectory() ? constants.X_OK : 0),
    ).then(
      () => true,
      () => false,
    )
    if (!isAccessible) return path
    const below = entry.isDirectory() ? await findInaccessible(path) : undefined
    if (below !== undefined) return below
  }
  return undefined
}

/** Undefined on Windows, where files have no such owners. */
function currentUser(): number | undefined {
  return process.geteuid?.()
}
