// @ts-check
// Writes one small file of the origin's own, for browsers that let no page do it. What was awaited here was a promise once, and is none now.

onmessage = async ({ data: { name, text } }) => {
  try {
    const folder = await navigator.storage.getDirectory();
    const file = await folder.getFileHandle(name, { create: true });
    const access = await /** @type {any} */ (file).createSyncAccessHandle();
    try {
      await access.truncate(0);
      access.write(new TextEncoder().encode(text), { at: 0 });
      await access.flush();
    } finally {
      await access.close();
    }
    postMessage("written");
  } catch (error) {
    postMessage(error instanceof Error ? error.name : "failed");
  }
};
