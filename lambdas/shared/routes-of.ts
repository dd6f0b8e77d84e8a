import type { Route } from "#contract/route.ts";
import { type Routes, routes } from "#contract/routes.ts";

type RoutesOf<L extends Route["lambda"]> = {
  readonly [K in keyof Routes as Routes[K]["lambda"] extends L ? K : never]: Routes[K];
};

/** The routes that one function serves. */
export function routesOf<L extends Route["lambda"]>(lambda: L): RoutesOf<L> {
  return Object.fromEntries(Object.entries(routes).filter(([, route]) => route.lambda === lambda)) as RoutesOf<L>;
}
