/** What differs between two answers: runs of characters or words that only one of them has. */

export interface Run {
  text: string;
  isOwn: boolean;
}

const PIECES = 4_000_000;
const SHORT = 3;

function pieces(text: string): string[] {
  return text.match(/[\p{L}\p{N}]*[A-Za-z0-9][A-Za-z0-9'’-]*|\p{Script=Han}|\s+|./gsu) ?? [];
}

/** Both texts as runs, common and own; long ones are compared by line. */
export function difference(a: string, b: string): [Run[], Run[]] {
  let [left, right] = [pieces(a), pieces(b)];
  if (left.length * right.length > PIECES) {
    [left, right] = [a.split(/(?<=\n)/), b.split(/(?<=\n)/)];
    if (left.length * right.length > PIECES)
      return [[{ text: a, isOwn: false }], [{ text: b, isOwn: false }]];
  }
  const [inLeft, inRight] = common(left, right);
  return [runs(left, joined(left, inLeft)), runs(right, joined(right, inRight))];
}

/** Common runs that are too short to be read as common between own ones count as own. */
function joined(all: string[], shared: boolean[]): boolean[] {
  const found = [...shared];
  for (let start = 0; start < all.length; ) {
    let end = start;
    while (end < all.length && shared[end] === shared[start]) end++;
    const isInner = start > 0 && end < all.length;
    if (shared[start] && isInner && all.slice(start, end).join("").trim().length < SHORT)
      found.fill(false, start, end);
    start = end;
  }
  return found;
}

/** Which pieces of both belong to a longest common subsequence. */
function common(left: string[], right: string[]): [boolean[], boolean[]] {
  const [n, m] = [left.length, right.length];
  const width = m + 1;
  const best = new Uint16Array((n + 1) * width);
  for (let i = n - 1; i >= 0; i--) {
    for (let j = m - 1; j >= 0; j--) {
      best[i * width + j] =
        left[i] === right[j]
          ? (best[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(best[(i + 1) * width + j] ?? 0, best[i * width + j + 1] ?? 0);
    }
  }
  const found: [boolean[], boolean[]] = [new Array(n).fill(false), new Array(m).fill(false)];
  for (let i = 0, j = 0; i < n && j < m; ) {
    if (left[i] === right[j]) {
      found[0][i++] = true;
      found[1][j++] = true;
    } else if ((best[(i + 1) * width + j] ?? 0) >= (best[i * width + j + 1] ?? 0)) i++;
    else j++;
  }
  return found;
}

function runs(all: string[], shared: boolean[]): Run[] {
  const found: Run[] = [];
  all.forEach((text, i) => {
    const isOwn = !shared[i];
    const last = found.at(-1);
    if (last && last.isOwn === isOwn) last.text += text;
    else found.push({ text, isOwn });
  });
  return found;
}
