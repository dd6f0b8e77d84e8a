import { makeAuthenticate } from "#app/keys.ts";
import { makeRater } from "#app/rater.ts";
import { catalogFolder } from "./assets.ts";
import { bundledCatalog } from "./catalog.ts";
import { clock } from "./clock.ts";
import { sha256 } from "./random.ts";
import { keys, prices } from "./stores.ts";

// What several functions compose alike, each with a cache of its own: made once a process.

export const authenticate = () => makeAuthenticate({ keys: keys(), clock, sha256 });

export const catalog = () => bundledCatalog(catalogFolder);

export const rater = (priced: ReturnType<typeof catalog>) => makeRater({ catalog: priced, prices: prices(), clock });
