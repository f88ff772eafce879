import { constants, lstatSync } from 'node:fs'
import { access, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

const WRITABLE_BY_OTHERS = 0o022

/**
 * Why this process may not use a folder for a catalog; undefined if it may. A user with write access could replace the socket
 * and serve another catalog. Another user, even root, would leave files that the owner cannot open.
 */
export async function reasonForDistrust(folder: string): Promise<string | undefined> {
  const user = currentUser()
  if (user === undefined) return undefined
  const { uid, mode } = await stat(folder)
  if (uid !== user) {
    return (
      `it belongs to user ${uid}, and this process runs as user ${user}. Run hubdex as its owner ` +
      `(sudo -u '#${uid}' hubdex …; with Docker, --user ${uid}), or use another data directory, such as one inside it.`
    )
  }
  if ((mode & WRITABLE_BY_OTHERS) === 0) return undefined
  return (
    `other users can write to it (mode ${(mode & 0o7777).toString(8).padStart(4, '0')}) and replace its files. ` +
    `Run chmod 700 on it, or use another data directory, such as one inside it, which hubdex creates.`
  )
}

/** Whether another user owns what has this path; for a link, the link itself. Always false on Windows. */
export function isForeign(path: string): boolean {
  const user = currentUser()
  const file = lstatSync(path, { throwIfNoEntry: false })
  return user !== undefined && file !== undefined && file.uid !== user
}

/** What to do about files that another user has left in our folder. */
export function adviceOnForeignFile(file: string, folder: string): string {
  return (
    `${file} belongs to another user or cannot be opened, for example because another user ran a command here. ` +
    `Nothing is damaged. Change its owner (sudo chown -R ${currentUser() ?? 'USER'} ${folder}; chmod -R u+rwX ${folder}).`
  )
}

/** A file or folder below this one that this user cannot read and write. */
export async function findInaccessible(folder: string): Promise<string | undefined> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    const isAccessible = await access(path, constants.R_OK | constants.W_OK | (entry.isDirectory() ? constants.X_OK : 0)).then(
      () => true,
      () => false,
    )
    if (!isAccessible) return path
    const below = entry.isDirectory() ? await findInaccessible(path) : undefined
    if (below !== undefined) return below
  }
  return undefined
}

/** Undefined on Windows, which has no user ids. */
function currentUser(): number | undefined {
  return process.geteuid?.()
}
