import type { MapTiles } from './deps.ts';

const PLACES = ['{z}', '{x}', '{y}'];

/** Whether a text is the address of map tiles: http or https, with the three places of a tile, none of them in the host. */
export function isTileTemplate(text: string): boolean {
  const plain = text.replaceAll(/\{[zxy]\}/g, '0');
  if (!URL.canParse(plain)) return false;
  const { protocol, host } = new URL(plain);
  return (
    (protocol === 'https:' || protocol === 'http:') && text.includes(`//${host}`) && PLACES.every((each) => text.includes(each))
  );
}

/** The source of tiles that a template means; null without one. */
export function tilesOf(template: string | undefined, gcj02: boolean): MapTiles | null {
  if (template === undefined) return null;
  return { template, gcj02, origin: new URL(template.replaceAll(/\{[zxy]\}/g, '0')).origin };
}
