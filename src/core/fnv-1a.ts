/** FNV-1a, 32 bits, over UTF-16 units. What is stored by it is where it is: it must be the same in every release. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
