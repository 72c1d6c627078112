/** Checking in this browser that an event is in the log: RFC 6962 path, signed checkpoint. */

export interface Proof {
  index: number;
  entry: string;
  path: string[];
  checkpoint: string;
}

export type Checked = "holds" | "fails" | "unable";

const ED25519 = 1;

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  return Uint8Array.from(text, (sign) => sign.charCodeAt(0));
}

async function sha256(...parts: Uint8Array[]): Promise<Uint8Array<ArrayBuffer>> {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", all));
}

/** The root that a path leads to, after RFC 6962 section 2.1.1; null if the path is of other length. */
async function rootOf(
  entry: Uint8Array,
  index: number,
  size: number,
  path: Uint8Array[],
): Promise<Uint8Array | null> {
  let hash: Uint8Array = await sha256(new Uint8Array([0]), entry);
  let [at, last] = [BigInt(index), BigInt(size) - 1n];
  for (const sibling of path) {
    if (last === 0n) return null;
    if (at % 2n === 1n || at === last) {
      hash = await sha256(new Uint8Array([1]), sibling, hash);
      while (at % 2n === 0n && at !== 0n) [at, last] = [at >> 1n, last >> 1n];
    } else hash = await sha256(new Uint8Array([1]), hash, sibling);
    [at, last] = [at >> 1n, last >> 1n];
  }
  return last === 0n ? hash : null;
}

/** Whether the log's key signed the checkpoint; `unable` where this browser knows no Ed25519. */
async function isSigned(note: string, verifier: string): Promise<Checked> {
  const cut = note.lastIndexOf("\n\n");
  const signed = /^— (\S+) (\S+)\n$/m.exec(note.slice(cut + 2));
  const key = verifier.trim().split("+").slice(2).join("+");
  const raw = bytesOf(key);
  if (cut < 0 || !signed || raw[0] !== ED25519) return "fails";
  try {
    const known = await crypto.subtle.importKey("raw", raw.slice(1), "Ed25519", false, ["verify"]);
    const text = new TextEncoder().encode(note.slice(0, cut + 1));
    const good = await crypto.subtle.verify(
      "Ed25519",
      known,
      bytesOf(signed[2] ?? "").slice(4),
      text,
    );
    return good ? "holds" : "fails";
  } catch {
    return "unable";
  }
}

/** Whether the proof holds under the log's verifier. */
export async function checkProof(proof: Proof, verifier: string): Promise<Checked> {
  if (!globalThis.crypto?.subtle) return "unable"; // only by https, or on this machine
  try {
    const [, size, root] = proof.checkpoint.split("\n");
    const entry = new TextEncoder().encode(proof.entry);
    const found = await rootOf(entry, proof.index, Number(size), proof.path.map(bytesOf));
    const wanted = bytesOf(root ?? "");
    const isRoot = found?.length === wanted.length && found.every((byte, i) => byte === wanted[i]);
    return isRoot ? await isSigned(proof.checkpoint, verifier) : "fails";
  } catch {
    return "fails";
  }
}
